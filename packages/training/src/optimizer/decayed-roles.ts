import type { ParameterRole, ParameterSpec } from '@resnet-ts/tensor-ops';
import type { Optimizer } from '../recipe/optimizer-schema.js';
import { groupOf } from './parameter-groups.js';
import { PARAMETER_ROLES } from './parameter-roles.js';

const WEIGHTS: readonly ParameterRole[] = ['convolution-filter', 'linear-weight'];

/**
 * The roles that weight decay applies to: filters and linear weights for `weights`, every parameter for `all`
 * (Caffe's default, which the paper's own training most likely used; the paper gives only the value 1e-4).
 */
export function decayedRoles(decay: Optimizer['decay']): readonly ParameterRole[] {
  return decay === 'all' ? PARAMETER_ROLES : WEIGHTS;
}

/** The decay of each parameter, in the order given: its group's, or the recipe's value or 0 by its role. */
export function weightDecays(parameters: readonly ParameterSpec[], optimizer: Optimizer): number[] {
  const roles = decayedRoles(optimizer.decay);
  return parameters.map((parameter) => {
    const byRole = roles.includes(parameter.role) ? optimizer.weightDecay : 0;
    return groupOf(parameter, optimizer)?.weightDecay ?? byRole;
  });
}
