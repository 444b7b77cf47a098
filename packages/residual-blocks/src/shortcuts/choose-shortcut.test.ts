import { ArgumentError, type NetworkState } from '@resnet-ts/tensor-ops';
import type { Tensor4D } from '@tensorflow/tfjs-core';
import { describe, expect, it } from 'vitest';
import { chooseShortcut } from './choose-shortcut.js';
import type { ShortcutOption, ShortcutOptions } from './shortcut.js';

const equal: ShortcutOptions = { name: 'layer1.0', inputShape: [8, 8, 16], outputChannels: 16, stride: 1 };
const entry: ShortcutOptions = { name: 'layer2.0', inputShape: [8, 8, 16], outputChannels: 32, stride: 2 };
const kinds = (option: ShortcutOption, options: ShortcutOptions) =>
  chooseShortcut(option, options).layers.map(({ kind }) => kind);

describe('chooseShortcut', () => {
  it('projects everywhere under C, where dimensions change under B, nowhere under A', () => {
    expect(kinds('A', equal)).toEqual([]);
    expect(kinds('B', equal)).toEqual([]);
    expect(kinds('C', equal)).toEqual(['convolution', 'batch-norm']);
    expect(kinds('A', entry)).toEqual(['zero-pad-shortcut']);
    expect(kinds('B', entry)).toEqual(['convolution', 'batch-norm']);
    expect(kinds('C', entry)).toEqual(['convolution', 'batch-norm']);
    expect(kinds('D', equal)).toEqual([]);
    expect(kinds('D', entry)).toEqual(['average-pool', 'convolution', 'batch-norm']);
    expect(kinds('D', { ...entry, stride: 1 })).toEqual(['convolution', 'batch-norm']);
  });

  it.each([
    { ...equal, outputChannels: 32 },
    { ...equal, stride: 2 },
  ])('takes more channels alone, and less resolution alone, for a change of dimensions', (options) => {
    expect(kinds('A', options)).toEqual(['zero-pad-shortcut']);
    expect(kinds('B', options)).toEqual(['convolution', 'batch-norm']);
  });

  it('passes x itself where nothing changes: no copy', () => {
    const x = { id: 1 } as Tensor4D;
    const state: NetworkState = { parameters: {}, buffers: {} };
    for (const option of ['A', 'B', 'D'] as const) {
      expect(chooseShortcut(option, equal).apply(x, state, { training: true }).y).toBe(x);
    }
  });

  it('lists the shape of the block', () => {
    for (const option of ['A', 'B', 'C', 'D'] as const) {
      expect(chooseShortcut(option, entry).outputShape).toEqual([4, 4, 32]);
      expect(chooseShortcut(option, { ...entry, inputShape: [7, 9, 16] }).outputShape).toEqual([4, 5, 32]);
    }
  });

  it('refuses fewer channels under A, and unknown options', () => {
    const narrower = { ...entry, outputChannels: 8 };
    expect(() => chooseShortcut('A', narrower)).toThrow(
      /at least the 16 channels.*received 8; option A only adds channels/,
    );
    expect(kinds('B', narrower)).toEqual(['convolution', 'batch-norm']);
    expect(() => chooseShortcut('E' as ShortcutOption, entry)).toThrow(ArgumentError);
    expect(() => chooseShortcut('E' as ShortcutOption, entry)).toThrow(
      /'A', 'B', 'C' or 'D' for layer2\.0 shortcut, received "E"/,
    );
  });
});
