import type { Tensor1D } from '@tensorflow/tfjs-core';
import type { BufferSpec, ChannelStatistics, NetworkState, ParameterSpec, ScaleAndShift } from '@resnet-ts/tensor-ops';
import { namedTensor } from './named-tensor.js';

/** γ (at 1, or at 0 where a block starts as its shortcut) and β of a batch norm. */
export function batchNormParameters(name: string, channels: number, zeroInitGamma = false): readonly ParameterSpec[] {
  return [
    {
      name: `${name}.weight`,
      role: 'batch-norm-gamma',
      shape: [channels],
      initializer: { kind: zeroInitGamma ? 'zeros' : 'ones' },
    },
    { name: `${name}.bias`, role: 'batch-norm-beta', shape: [channels], initializer: { kind: 'zeros' } },
  ];
}

/** The running statistics of a batch norm. */
export function batchNormBuffers(name: string, channels: number): readonly BufferSpec[] {
  return [
    { name: `${name}.running_mean`, role: 'running-mean', shape: [channels] },
    { name: `${name}.running_var`, role: 'running-variance', shape: [channels] },
  ];
}

/** What the tensors of a batch norm are called in a state. */
export interface BatchNormNames {
  readonly gamma: string;
  readonly beta: string;
  readonly mean: string;
  readonly variance: string;
}

/** Made once for each layer: looked up by names put together anew, parameters took a tenth of a small inference. */
export function batchNormNames(name: string): BatchNormNames {
  return {
    gamma: `${name}.weight`,
    beta: `${name}.bias`,
    mean: `${name}.running_mean`,
    variance: `${name}.running_var`,
  };
}

/** The tensors of a batch norm in a state. @throws ArgumentError when one is missing */
export function batchNormTensors(
  names: BatchNormNames,
  { parameters, buffers }: NetworkState,
): { readonly affine: ScaleAndShift; readonly running: ChannelStatistics } {
  return {
    affine: {
      gamma: namedTensor<Tensor1D>(parameters, names.gamma),
      beta: namedTensor<Tensor1D>(parameters, names.beta),
    },
    running: {
      mean: namedTensor<Tensor1D>(buffers, names.mean),
      variance: namedTensor<Tensor1D>(buffers, names.variance),
    },
  };
}

/** New running statistics under the names of the old ones. */
export function namedStatistics(
  names: BatchNormNames,
  { mean, variance }: ChannelStatistics,
): Record<string, Tensor1D> {
  return { [names.mean]: mean, [names.variance]: variance };
}
