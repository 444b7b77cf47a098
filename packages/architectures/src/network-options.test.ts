import { ArgumentError } from '@resnet-ts/tensor-ops';
import { describe, expect, it } from 'vitest';
import { createNetwork } from './create-network.js';
import { layerTable } from './layer-table.js';
import type { NetworkOptions } from './network-options.js';

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
    ['resnet20', { clases: 10 }, /received "clases"; did you mean classes\?/],
  ])('%s refuses %j', (name, options, pattern) => {
    expect(() => createNetwork(name, options as NetworkOptions)).toThrow(ArgumentError);
    expect(() => layerTable(name, options as NetworkOptions)).toThrow(pattern);
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
