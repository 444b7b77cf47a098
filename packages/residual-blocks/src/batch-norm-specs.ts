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

/** The tensors of a batch norm in a state. @throws ArgumentError when one is missing */
export function batchNormTensors(
  name: string,
  { parameters, buffers }: NetworkState,
): { readonly affine: ScaleAndShift; readonly running: ChannelStatistics } {
  return {
    affine: {
      gamma: namedTensor<Tensor1D>(parameters, `${name}.weight`),
      beta: namedTensor<Tensor1D>(parameters, `${name}.bias`),
    },
    running: {
      mean: namedTensor<Tensor1D>(buffers, `${name}.running_mean`),
      variance: namedTensor<Tensor1D>(buffers, `${name}.running_var`),
    },
  };
}

/** New running statistics under the names of the old ones. */
export function namedStatistics(name: string, { mean, variance }: ChannelStatistics): Record<string, Tensor1D> {
  return { [`${name}.running_mean`]: mean, [`${name}.running_var`]: variance };
}
