import { decayedRoles } from '../optimizer/decayed-roles.js';
import type { ParameterGroup } from '../optimizer/parameter-groups.js';
import type { RecipeLine } from './describe-recipe.js';
import type { GradientClip, Optimizer } from './optimizer-schema.js';

/** An optimiser in words: what is off is not mentioned. */
export function describeOptimizer(optimizer: Optimizer): RecipeLine[] {
  const { momentum, nesterov, form, weightDecay, decay, groups = [], clip, microBatches = 1 } = optimizer;
  return [
    { label: 'optimizer', value: `SGD, ${nesterov ? 'Nesterov ' : ''}momentum ${momentum} (${form} form)` },
    { label: 'weight decay', value: `${weightDecay} on ${decayedRoles(decay).join(', ')}` },
    ...groups.map((group) => ({ label: 'parameter group', value: describeGroup(group) })),
    ...(clip === undefined ? [] : [{ label: 'gradient clipping', value: describeClip(clip) }]),
    ...(microBatches === 1
      ? []
      : [{ label: 'gradient accumulation', value: `over ${microBatches} parts of each batch, batch norm in each` }]),
  ];
}

function describeGroup({ roles, names, weightDecay, rateScale }: ParameterGroup): string {
  const members = [roles?.join(', ') ?? 'all roles', ...(names === undefined ? [] : [`named ${names}`])].join(' ');
  const ways = [
    ...(weightDecay === undefined ? [] : [`weight decay ${weightDecay}`]),
    ...(rateScale === undefined ? [] : [`learning rate times ${rateScale}`]),
  ];
  return `${members}: ${ways.join(', ')}`;
}

function describeClip({ kind, limit }: GradientClip): string {
  return kind === 'value' ? `each value to ${limit} on either side of 0` : `their global norm to ${limit}`;
}
