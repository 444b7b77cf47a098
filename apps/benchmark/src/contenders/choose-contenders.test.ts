import { describe, expect, it } from 'vitest';
import { choosePeers } from './choose-contenders.js';

const eager = (channelsLast: boolean, bfloat16: boolean) => ({
  kind: 'pytorch',
  variant: { channelsLast, bfloat16, compiled: false },
});

describe('choosePeers', () => {
  it('takes pytorch for both memory formats at the precision of the run', () => {
    expect(choosePeers('pytorch', 'float32')).toEqual([eager(true, false), eager(false, false)]);
    expect(choosePeers('pytorch', 'bf16-mixed')).toEqual([eager(true, true), eager(false, true)]);
  });

  it('keeps order and takes each once', () => {
    expect(choosePeers('tfjs-cpu, pytorch-contiguous,tfjs-cpu,pytorch', 'float32')).toEqual([
      { kind: 'tfjs', backend: 'cpu' },
      eager(false, false),
      eager(true, false),
    ]);
    expect(choosePeers('all', 'float32')).toHaveLength(8 + 3 + 2);
    expect(choosePeers('none', 'float32')).toEqual([]);
  });

  it('knows compiled variants', () => {
    expect(choosePeers('pytorch-channels-last-bfloat16-compiled', 'float32')).toEqual([
      { kind: 'pytorch', variant: { channelsLast: true, bfloat16: true, compiled: true } },
    ]);
  });

  it('refuses an unknown name with the nearest', () => {
    expect(() => choosePeers('pytorhc', 'float32')).toThrow(/"pytorhc"; did you mean pytorch\?/);
  });
});
