import { expect, test } from 'vitest';
import { tinyNetwork } from '../__fixtures__/tiny-network.js';
import { tinyRecipe } from '../__fixtures__/tiny-recipe.js';
import { weightDecays } from './decayed-roles.js';

test('weights: filters and linear weights decay, batch norm and biases do not', () => {
  const { optimizer } = tinyRecipe();
  const decays = weightDecays(tinyNetwork.parameters, optimizer);
  const decaying = tinyNetwork.parameters.filter((_, index) => decays[index] === 1e-3).map(({ name }) => name);
  expect(decaying).toEqual(['conv1.weight', 'conv2.weight', 'fc.weight']);
  expect(new Set(decays)).toEqual(new Set([1e-3, 0]));
});

test('all: every parameter decays', () => {
  const decays = weightDecays(tinyNetwork.parameters, { ...tinyRecipe().optimizer, decay: 'all' });
  expect(new Set(decays)).toEqual(new Set([1e-3]));
});
