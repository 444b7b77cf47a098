import type { ParameterRole } from '@resnet-ts/tensor-ops';

/** Every role of a parameter. */
export const PARAMETER_ROLES = [
  'convolution-filter',
  'convolution-bias',
  'linear-weight',
  'linear-bias',
  'batch-norm-gamma',
  'batch-norm-beta',
] as const satisfies readonly ParameterRole[];
