import { sgdUpdate, type NamedTensors, type ParameterSpec } from '@resnet-ts/tensor-ops';
import type { Tensor } from '@tensorflow/tfjs-core';
import type { Optimizer } from '../recipe/optimizer-schema.js';
import type { TrainingState } from '../step/training-state.js';

export interface UpdateInput {
  readonly network: { readonly parameters: readonly Pick<ParameterSpec, 'name'>[] };
  readonly recipe: { readonly optimizer: Pick<Optimizer, 'momentum' | 'nesterov' | 'form'> };
  readonly state: TrainingState;
  readonly learningRate: number;
  /** Of each parameter, in the network's order. */
  readonly weightDecay: readonly number[];
  /** What the learning rate of each parameter is multiplied by, in the network's order. Absent: 1. */
  readonly rateScale?: readonly number[];
}

/**
 * New parameters and velocities after one step of SGD: one fused update for all parameters of one rate, so one for a
 * recipe without `rateScale`.
 *
 * @returns tensors that the caller disposes; nothing passed in is disposed
 */
export function updateParameters(
  input: UpdateInput,
  gradients: NamedTensors,
): { readonly parameters: NamedTensors; readonly velocities: NamedTensors } {
  const { network, recipe, state, learningRate, weightDecay, rateScale } = input;
  const { momentum, nesterov, form } = recipe.optimizer;
  const parameters: Record<string, Tensor> = {};
  const velocities: Record<string, Tensor> = {};
  for (const [scale, members] of byScale(network.parameters.length, rateScale)) {
    const names = members.map((index) => network.parameters[index]?.name ?? '');
    const updated = sgdUpdate(
      {
        parameters: names.map((name) => named(state.network.parameters, name)),
        gradients: names.map((name) => named(gradients, name)),
        velocities: names.map((name) => named(state.velocities, name)),
      },
      {
        ...{ momentum, nesterov, form, learningRate: scale === 1 ? learningRate : learningRate * scale },
        weightDecay: members.map((index) => weightDecay[index] ?? Number.NaN),
      },
    );
    names.forEach((name, index) => {
      parameters[name] = at(updated.parameters, index);
      velocities[name] = at(updated.velocities, index);
    });
  }
  // In the network's order, whatever the groups: files are written in it.
  const ordered = (tensors: NamedTensors) =>
    Object.fromEntries(network.parameters.map(({ name }) => [name, named(tensors, name)]));
  return { parameters: ordered(parameters), velocities: ordered(velocities) };
}

/** The indices of parameters of each scale, in order. */
function byScale(count: number, scales: readonly number[] | undefined): Map<number, number[]> {
  const groups = new Map<number, number[]>();
  for (let index = 0; index < count; index += 1) {
    const scale = scales?.[index] ?? 1;
    const members = groups.get(scale) ?? [];
    members.push(index);
    groups.set(scale, members);
  }
  return groups;
}

function named(tensors: NamedTensors, name: string): Tensor {
  const tensor = tensors[name];
  if (tensor === undefined) throw new RangeError(`the network declares ${name}, but its state has no such tensor`);
  return tensor;
}

function at(tensors: readonly Tensor[], index: number): Tensor {
  const tensor = tensors[index];
  if (tensor === undefined) throw new RangeError(`the update returned only ${tensors.length} tensors`);
  return tensor;
}
