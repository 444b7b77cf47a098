import type { ParameterRole, ParameterSpec } from '@resnet-ts/tensor-ops';
import type { Recipe } from '../recipe/recipe-schema.js';

const ROLES: readonly ParameterRole[] = [
  'convolution-filter',
  'convolution-bias',
  'linear-weight',
  'linear-bias',
  'batch-norm-gamma',
  'batch-norm-beta',
];
const WEIGHTS: readonly ParameterRole[] = ['convolution-filter', 'linear-weight'];

/**
 * The roles that weight decay applies to: filters and linear weights for `weights`, every parameter for `all`
 * (Caffe's default, which the paper's own training most likely used; the paper gives only the value 1e-4).
 */
export function decayedRoles(decay: Recipe['optimizer']['decay']): readonly ParameterRole[] {
  return decay === 'all' ? ROLES : WEIGHTS;
}

/** The decay of each parameter, in the order given: the recipe's value or 0. */
export function weightDecays(parameters: readonly ParameterSpec[], optimizer: Recipe['optimizer']): number[] {
  const roles = decayedRoles(optimizer.decay);
  return parameters.map(({ role }) => (roles.includes(role) ? optimizer.weightDecay : 0));
}
