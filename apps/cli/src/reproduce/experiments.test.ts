import { networkNames } from '@resnet-ts/architectures';
import { parseRecipe } from '@resnet-ts/training';
import { describe, expect, it } from 'vitest';
import { EXPERIMENTS, findExperiment } from './experiments.js';
import { parseScale } from './scale.js';

describe('findExperiment', () => {
  it.each(['table-6', 'Table 6', 'table6', ' TABLE 6 '])('understands "%s"', (name) => {
    expect(findExperiment(name).name).toBe('table-6');
  });
  it.each(['figure-1', 'fig1', 'Fig. 1', 'figure 1'])('understands "%s"', (name) => {
    expect(findExperiment(name).name).toBe('figure-1');
  });
  it('offers the nearest name', () => {
    expect(() => findExperiment('tabel-6')).toThrow(/did you mean "table-6"/);
  });
});

describe.each(EXPERIMENTS.map((experiment) => [experiment.name, experiment] as const))('%s', (_name, experiment) => {
  const plans = experiment.plan({ scale: parseScale('1/8') });

  it('plans valid recipes of known networks, each in a folder of its own', () => {
    expect(plans.length).toBeGreaterThan(0);
    expect(new Set(plans.map(({ folder }) => folder)).size).toBe(plans.length);
    for (const { recipe } of plans) {
      expect(parseRecipe(recipe, 'planned')).toEqual(recipe);
      expect(networkNames()).toContain(recipe.network);
      // An eighth of §4.2's 64,000 iterations, or of §3.4's 600,000.
      expect(recipe.length).toEqual({ steps: recipe.data.set === 'cifar10' ? 8_000 : 75_000 });
    }
  });

  it('plans the same run as any other experiment that has its folder', () => {
    for (const other of EXPERIMENTS.flatMap((another) => another.plan({ scale: parseScale('1/8') }))) {
      const own = plans.find(({ folder }) => folder === other.folder);
      if (own !== undefined) expect(own.recipe).toEqual(other.recipe);
    }
  });

  it('takes the seeds it is given', () => {
    const seeds = experiment.plan({ scale: parseScale('1'), seeds: [7] }).map(({ recipe }) => recipe.seed);
    expect(new Set(seeds)).toEqual(new Set([7]));
  });
});
