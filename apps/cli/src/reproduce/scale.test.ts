import { namedRecipe, parseRecipe } from '@resnet-ts/training';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseScale, scaleRecipe } from './scale.js';

describe('parseScale', () => {
  it('reads 1 and fractions with the numerator 1', () => {
    expect(parseScale('1')).toEqual({ label: '1', factor: 1 });
    expect(parseScale('1/8')).toEqual({ label: '1/8', factor: 0.125 });
    expect(parseScale(' 1/1 ')).toEqual({ label: '1', factor: 1 });
  });

  it.each(['', '0', '2', '0.125', '2/8', '1/0', '1/-8', '-1', '1/8x', '1/1e3', 'eighth'])('refuses "%s"', (text) => {
    expect(() => parseScale(text)).toThrow(/expected 1 or a fraction such as 1\/8 for --scale/);
  });
});

describe('scaleRecipe', () => {
  it('leaves the paper’s schedule alone at scale 1', () => {
    const paper = namedRecipe('cifar10-paper');
    expect(scaleRecipe(paper, parseScale('1'))).toEqual(paper);
  });

  it('shortens every length by the same factor and nothing else', () => {
    const paper = namedRecipe('cifar10-paper');
    const eighth = scaleRecipe(paper, parseScale('1/8'));
    expect(eighth).toMatchObject({ length: { steps: 8_000 }, schedule: { boundaries: [4_000, 6_000], rate: 0.1 } });
    expect(eighth).toMatchObject({ batchSize: 128, optimizer: paper.optimizer, evaluateEveryEpochs: 1 });
  });

  it('keeps a warm-up that ends at an error, and shortens one that is counted', () => {
    const schedule = (name: string) => scaleRecipe(namedRecipe(name), parseScale('1/8')).schedule;
    expect(schedule('cifar10-paper-110')).toMatchObject({ warmup: { kind: 'until-error', error: 0.8, window: 50 } });
    expect(schedule('cifar10-paper-110-400')).toMatchObject({ warmup: { kind: 'constant', steps: 50 } });
  });

  it('shortens the warm-up in front of any schedule', () => {
    const warmup = { kind: 'linear', from: 0, steps: 80 } as const;
    const plateau = { kind: 'plateau', metric: 'loss', factor: 0.1, patience: 1, threshold: 0, cooldown: 0 } as const;
    for (const schedule of [
      { kind: 'cosine', rate: 0.1, finalRate: 0, warmup },
      { kind: 'poly', rate: 0.1, finalRate: 0, power: 2, warmup },
      { ...plateau, rate: 0.1, minimumRate: 0, warmup },
    ] as const) {
      const recipe = { ...namedRecipe('cifar10-paper'), schedule };
      const scaled = { ...schedule, warmup: { ...warmup, steps: 10 } };
      expect(scaleRecipe(recipe, parseScale('1/8')).schedule).toEqual(scaled);
    }
  });

  it('gives a valid recipe for any scale that leaves the boundaries apart', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 10_000 }), (divisor) => {
        const recipe = scaleRecipe(namedRecipe('cifar10-paper'), parseScale(`1/${divisor}`));
        expect(parseRecipe(recipe, 'scaled')).toEqual(recipe);
      }),
    );
  });
});
