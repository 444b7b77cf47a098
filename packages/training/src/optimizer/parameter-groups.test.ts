import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { tinyNetwork } from '../__fixtures__/tiny-network.js';
import { tinyRecipe } from '../__fixtures__/tiny-recipe.js';
import { weightDecays } from './decayed-roles.js';
import { checkGroups, groupOf, rateScales, type ParameterGroup } from './parameter-groups.js';

const { optimizer } = tinyRecipe();
const names = (indices: (group: string) => boolean) => tinyNetwork.parameters.filter(({ name }) => indices(name));
const withGroups = (groups: readonly ParameterGroup[]) => ({ ...optimizer, groups });

test('the first group that a parameter belongs to decides; the rest is as without groups', () => {
  const groups = withGroups([
    { names: 'bn1.*', weightDecay: 0.5 },
    { roles: ['batch-norm-beta', 'linear-bias'], rateScale: 64 },
    { names: '*.weight', roles: ['convolution-filter'], weightDecay: 0, rateScale: 0.5 },
  ]);
  const scales = Object.fromEntries(
    tinyNetwork.parameters.map(({ name }, at) => [
      name,
      [rateScales(tinyNetwork.parameters, groups)[at], weightDecays(tinyNetwork.parameters, groups)[at]],
    ]),
  );
  expect(scales).toEqual({
    'conv1.weight': [0.5, 0],
    'bn1.weight': [1, 0.5],
    'bn1.bias': [1, 0.5],
    'conv2.weight': [0.5, 0],
    'bn2.weight': [1, 0],
    'bn2.bias': [64, 0],
    'fc.weight': [1, 1e-3],
    'fc.bias': [64, 0],
  });
  expect(rateScales(tinyNetwork.parameters, optimizer)).toEqual(names(() => true).map(() => 1));
});

test('a group without a parameter is refused, with the group', () => {
  expect(() => checkGroups(tinyNetwork, withGroups([{ names: 'bn9.*', rateScale: 2 }]))).toThrow(
    'expected roles and names that a parameter of tiny has for optimizer.groups[0], received "{\\"names\\":\\"bn9.*\\",\\"rateScale\\":2}"',
  );
  expect(() => checkGroups(tinyNetwork, withGroups([{ names: 'bn1.*', rateScale: 2 }]))).not.toThrow();
});

describe('patterns of names', () => {
  const belongs = (name: string, pattern: string) =>
    groupOf({ name, role: 'linear-bias' }, withGroups([{ names: pattern, rateScale: 2 }])) !== undefined;

  test.each([
    ['fc.bias', true],
    ['fc.bia', false],
    ['*', true],
    ['*.bias', true],
    ['fc.*', true],
    ['f*.*s', true],
    ['fc*fc.bias', false],
    ['*c.b*b*', false],
    ['.*', false],
    ['fc?bias', false],
  ])('%s: %s', (pattern, answer) => {
    expect(belongs('fc.bias', pattern)).toBe(answer);
  });

  test('agree with regular expressions', () => {
    const text = fc.string({ unit: fc.constantFrom('a', 'b', '.'), maxLength: 8 });
    const pattern = fc.string({ unit: fc.constantFrom('a', 'b', '*'), minLength: 1, maxLength: 6 });
    fc.assert(
      fc.property(text, pattern, (name, one) => {
        expect(belongs(name, one)).toBe(new RegExp(`^${one.replaceAll('*', '.*')}$`).test(name));
      }),
    );
  });
});
