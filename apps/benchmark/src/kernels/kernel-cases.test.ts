import { countMultiplyAdds, layerTable } from '@resnet-ts/architectures';
import { describe, expect, it } from 'vitest';
import { kernelCases } from './kernel-cases.js';

const subjects = (network: string): string[] => kernelCases(network).map(({ subject }) => subject);

describe('kernelCases', () => {
  it('lists each distinct shape of ResNet-20 once, without the data gradient of the images', () => {
    expect(subjects('resnet20').filter((subject) => /^(forward|data-gradient) /.test(subject))).toEqual([
      'forward 3×3 32²×3→16, batch 128',
      'forward 3×3 32²×16→16, batch 128',
      'data-gradient 3×3 32²×16→16, batch 128',
      'forward 3×3/2 32²×16→32, batch 128',
      'data-gradient 3×3/2 32²×16→32, batch 128',
      'forward 3×3 16²×32→32, batch 128',
      'data-gradient 3×3 16²×32→32, batch 128',
      'forward 3×3/2 16²×32→64, batch 128',
      'data-gradient 3×3/2 16²×32→64, batch 128',
      'forward 3×3 8²×64→64, batch 128',
      'data-gradient 3×3 8²×64→64, batch 128',
    ]);
    expect(subjects('resnet20')).toEqual(
      expect.arrayContaining(['batch-norm 32²×16, batch 128', 'global-average-pool 8²×64, batch 128']),
    );
  });

  it('has the first layer, strided projections, 1×1 convolutions and the max pool of ResNet-50', () => {
    expect(subjects('resnet50')).toEqual(
      expect.arrayContaining([
        'forward 7×7/2 224²×3→64, batch 16',
        'forward 1×1/2 56²×256→512, batch 16',
        'forward 1×1 7²×512→2048, batch 16',
        'filter-gradient 3×3/2 56²×128→128, batch 16',
        'max-pool 3×3/2 112²×64→64, batch 16',
        'max-pool-gradient 3×3/2 112²×64→64, batch 16',
        'batch-norm-gradient 112²×64, batch 16',
      ]),
    );
  });

  it('has the grouped convolutions of ResNeXt, by themselves alone: nothing is fused with them', () => {
    const grouped = kernelCases('resnext50-32x4d').filter(({ groups }) => groups > 1);
    expect(new Set(grouped.map(({ operation }) => operation))).toEqual(
      new Set(['forward', 'data-gradient', 'filter-gradient']),
    );
    expect(grouped.filter(({ operation }) => operation === 'forward').map(({ subject }) => subject)).toEqual([
      'forward 3×3 in 32 groups 56²×128→128, batch 16',
      'forward 3×3/2 in 32 groups 56²×256→256, batch 16',
      'forward 3×3 in 32 groups 28²×256→256, batch 16',
      'forward 3×3/2 in 32 groups 28²×512→512, batch 16',
      'forward 3×3 in 32 groups 14²×512→512, batch 16',
      'forward 3×3/2 in 32 groups 14²×1024→1024, batch 16',
      'forward 3×3 in 32 groups 7²×1024→1024, batch 16',
    ]);
    const { operations } = grouped[0] ?? { operations: NaN };
    expect(operations).toBe(2 * 16 * 56 * 56 * 9 * 4 * 128);
  });

  it('counts the operations of the network table', () => {
    const forward = kernelCases('resnet50', 1).filter(({ operation }) => operation === 'forward');
    const byShape = new Map(forward.map(({ subject, operations }) => [subject, operations]));
    const convolutions = layerTable('resnet50').filter(({ kind }) => kind === 'convolution');
    const total = [...byShape.values()].reduce((sum, operations) => sum + operations, 0);
    // Each distinct shape counts once here, and at least as often there.
    expect(total).toBeLessThan(2 * countMultiplyAdds(convolutions));
    for (const { multiplyAdds } of convolutions) expect([...byShape.values()]).toContain(2 * multiplyAdds);
  });

  it('counts both gradients of a fused backward pass, but one at the images', () => {
    const [first, second] = kernelCases('resnet20', 1).filter(({ operation }) => operation === 'backward-batch-norm');
    expect(first?.operations).toBe(2 * 32 * 32 * 27 * 16);
    expect(second?.operations).toBe(2 * 2 * 32 * 32 * 144 * 16);
  });
});
