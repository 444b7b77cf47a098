import { ArgumentError, initializeNetwork } from '@resnet-ts/tensor-ops';
import * as tf from '@tensorflow/tfjs-core';
import '@tensorflow/tfjs-backend-cpu';
import { describe, expect, it } from 'vitest';
import { createNetwork } from './create-network.js';
import { layerTable } from './layer-table.js';
import { networkTable } from './names/network-names.js';
import type { NetworkOptions } from './network-options.js';
import type { NetworkTable } from './tables/network-table.js';

describe('network options', () => {
  it.each([
    ['resnet20', { classes: 0 }, /an integer >= 1 for classes, received 0/],
    ['resnet20', { classes: 10.5 }, /for classes, received 10.5/],
    ['resnet20', { classes: 1e9 }, /at most 1000000 for classes/],
    ['resnet20', { classes: '10' }, /for classes, received "10"/],
    ['resnet20', { inputShape: [32, 32] }, /\[height, width, channels\].* for inputShape, received \[32, 32\]/],
    ['resnet20', { inputShape: [32, 32, 0] }, /for inputShape/],
    ['resnet20', { inputShape: [1e6, 32, 3] }, /for inputShape/],
    ['vgg16', { inputShape: [31, 31, 3] }, /at least 2 pixels on each side for a 2x2 window.*use larger images/],
    ['resnet20', { zeroInitResidual: 1 }, /true or false for zeroInitResidual/],
    ['plain20', { zeroInitResidual: true }, /false for plain20, which has no shortcuts/],
    ['resnet20', { shortcutPlacement: 'middle' }, /'end' or 'symmetric' for shortcutPlacement/],
    ['resnet20-b', { shortcutPlacement: 'symmetric' }, /a network with option A .* resnet20-b has option B/],
    ['vgg16', { shortcutPlacement: 'end' }, /vgg16 has no shortcuts/],
    ['resnet20', { checkpointing: 'all' }, /'keep', 'renormalize' or 'checkpoint' for checkpointing, received "all"/],
    ['resnet20', { dropPath: 1 }, /a number from 0 to below 1 for dropPath, received 1/],
    ['resnet20', { dropPath: '0.2' }, /a number from 0 to below 1 for dropPath, received "0.2"/],
    ['plain20', { dropPath: 0.2 }, /0 for plain20, which has no path beside its branches for dropPath, received 0.2/],
    ['vgg16', { dropPath: 0.2 }, /0 for vgg16/],
    ['highway20', { dropPath: 0.2 }, /0 for highway20/],
    ['resnet20', { clases: 10 }, /received "clases"; did you mean classes\?/],
  ])('%s refuses %j', (name, options, pattern) => {
    expect(() => createNetwork(name, options as NetworkOptions)).toThrow(ArgumentError);
    expect(() => layerTable(name, options as NetworkOptions)).toThrow(pattern);
  });

  it('drops paths as the option says, whatever the table says', async () => {
    await tf.setBackend('cpu');
    const images = tf.tensor4d(
      Float32Array.from({ length: 4 * 48 }, (_, at) => Math.sin(at)),
      [4, 4, 4, 3],
    );
    const logits = (network: string | NetworkTable, options: NetworkOptions) => {
      const made = createNetwork(network, { inputShape: [4, 4, 3], ...options });
      const mode = { training: true, randomness: { seed: 1, step: 2 } };
      return [...made.apply(images, initializeNetwork(made, { seed: 1 }), mode).logits.dataSync()];
    };
    const table = networkTable('resnet8');
    if (table.kind !== 'residual') throw new Error('expected a residual network');
    const dropped = logits('resnet8', { dropPath: 0.9 });
    expect(dropped).not.toEqual(logits('resnet8', {}));
    expect(logits({ ...table, lastDropRate: 0.9 }, {})).toEqual(dropped);
    expect(logits({ ...table, lastDropRate: 0.9 }, { dropPath: 0 })).toEqual(logits('resnet8', {}));
  });

  it('starts the last gamma of every residual block at 0 on request', () => {
    const zeroed = (name: string, zeroInitResidual: boolean) =>
      createNetwork(name, { zeroInitResidual })
        .parameters.filter(({ role, initializer }) => role === 'batch-norm-gamma' && initializer.kind === 'zeros')
        .map((spec) => spec.name);
    expect(zeroed('resnet20', false)).toEqual([]);
    expect(zeroed('resnet20', true)).toHaveLength(9);
    expect(zeroed('resnet20', true)[0]).toBe('layer1.0.bn2.weight');
    expect(zeroed('resnet50', true)).toHaveLength(16);
    expect(zeroed('resnet50', true)[0]).toBe('layer1.0.bn3.weight');
  });
});
