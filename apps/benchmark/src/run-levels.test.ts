import { nativeStatus } from '@resnet-ts/backend-native';
import { rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { pictureFolder } from './__fixtures__/picture-folder.js';
import { exitCodes } from './exit-codes.js';
import { resultSchema } from './report/result-schema.js';
import { run } from './run.js';

const output: string[] = [];
const errors: string[] = [];
beforeEach(() => {
  output.length = errors.length = 0;
  vi.spyOn(console, 'log').mockImplementation((line: string) => void output.push(line));
  vi.spyOn(console, 'error').mockImplementation((line: string) => void errors.push(line));
});
afterEach(() => vi.restoreAllMocks());

const TINY = ['--rounds', '1', '--turn-seconds', '0.01', '--threads', '1', '--data', '/nowhere', '--force', '--json'];

async function result(...argv: string[]) {
  expect(await run([...argv, ...TINY]), errors.join('\n')).toBe(exitCodes.ok);
  const parsed: unknown = JSON.parse(output.join('\n'));
  return { figures: parsed, ...resultSchema.parse(parsed) };
}

// Every level in its smallest form, in real processes: that it works, not how fast. Ours is the native backend.
describe.runIf(nativeStatus().loaded)('bench', () => {
  it('step verifies a peer, skips one that is not there, and begins with figures for scripts', async () => {
    const peers = ['--contenders', 'tfjs-wasm,pytorch-contiguous', '--python', '/nowhere/python'];
    const { figures, measurements, skipped } = await result('step', '--model', 'resnet8', '--batch', '2', ...peers);
    expect(measurements.map(({ contender }) => contender)).toEqual(['resnet-ts', 'tfjs wasm']);
    const [ours, wasm] = measurements;
    expect(Math.abs((ours?.loss ?? 0) - (wasm?.loss ?? 1))).toBeLessThan(1e-3);
    expect(skipped).toEqual([
      { contender: 'PyTorch float32 contiguous', reason: expect.stringMatching(/pip install torch==/) },
    ]);
    expect(figures).toMatchObject({
      imagesPerSecond: ours?.imagesPerSecond.median,
      milliseconds: ours?.milliseconds,
      gigaflops: ours?.gigaflops,
      shareOfPeak: ours?.shareOfPeak,
      peakResidentBytes: ours?.peakResidentBytes,
      ratioToBestPeer: expect.any(Number),
    });
  });

  it('inference compares logits', async () => {
    const argv = ['--model', 'resnet8', '--batches', '1,2', '--contenders', 'tfjs-wasm'];
    const { measurements } = await result('inference', ...argv);
    expect(measurements.map(({ contender, batch }) => `${contender} ${batch}`)).toEqual([
      ...['resnet-ts 1', 'tfjs wasm 1', 'resnet-ts 2', 'tfjs wasm 2'],
    ]);
  });

  it('kernels measures both limits', async () => {
    const argv = ['--models', 'resnet8', '--batch', '1', '--operations', 'forward,global-average-pool'];
    const { measurements, limits } = await result('kernels', ...argv);
    expect(measurements).toHaveLength(6 + 1);
    expect(limits.peakGigaflops).toBeGreaterThan(0);
    expect(limits.memoryGigabytesPerSecond).toBeGreaterThan(0);
    expect(measurements[0]).toMatchObject({ shareOfPeak: expect.any(Number), shareOfBandwidth: expect.any(Number) });
  });

  it('epoch trains through the loop, again and again', async () => {
    const { measurements } = await result('epoch', '--model', 'resnet8', '--batch', '4', '--steps', '2', '--alone');
    expect(measurements[0]).toMatchObject({ contender: 'resnet-ts', batch: 8, rounds: 1 });
  });

  it('data decodes an image folder, and skips torchvision where it is not there', async () => {
    const folder = pictureFolder();
    try {
      const argv = ['--images', folder, '--batch', '4', '--workers', '0,1', '--python', '/nowhere/python'];
      const { measurements, skipped, command } = await result('data', ...argv);
      expect(measurements.map(({ contender }) => contender)).toEqual(['resnet-ts, 0 workers', 'resnet-ts, 1 worker']);
      expect(skipped).toEqual([{ contender: 'Pillow + torchvision', reason: expect.stringMatching(/pip install/) }]);
      expect(command).not.toContain(tmpdir());
    } finally {
      rmSync(folder, { recursive: true });
    }
  });

  it('data and scaling run', async () => {
    expect((await result('data', '--batch', '8', '--alone')).measurements).toHaveLength(2);
    output.length = 0;
    const argv = ['--model', 'resnet8', '--batch', '2', '--vary', 'width'];
    expect((await result('scaling', ...argv)).measurements.map(({ subject }) => subject)).toEqual([
      expect.stringMatching(/^resnet8 ×0.5 wide/),
      expect.stringMatching(/^resnet8, 32×32/),
      expect.stringMatching(/^resnet8 ×2 wide/),
    ]);
  });
});
