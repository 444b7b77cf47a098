import { ArgumentError, expected } from '@resnet-ts/tensor-ops';
import { SGD_UPDATE } from '@resnet-ts/tensor-ops/kernels';
import type { SgdUpdateAttributes } from '@resnet-ts/tensor-ops/kernels';
import { util } from '@tensorflow/tfjs-core';
import type { TensorInfo } from '@tensorflow/tfjs-core';
import type { KernelBackend } from '../kernel-backend.js';
import { integersOf } from './attributes.js';
import { defineKernel } from './define-kernel.js';
import { floatsOf } from './shapes.js';

type Inputs = Readonly<Record<string, TensorInfo | undefined>>;

function inputOf(inputs: Inputs, name: string): TensorInfo {
  const tensor = inputs[name];
  if (tensor === undefined) throw new ArgumentError(expected('a tensor', name, tensor));
  return tensor;
}

/** Values of `name0`, `name1`, …, which must have the parameters' shapes. */
function group(
  backend: KernelBackend,
  inputs: Inputs,
  name: string,
  parameters: readonly TensorInfo[],
): Float32Array[] {
  return parameters.map((parameter, i) =>
    floatsOf(backend, inputOf(inputs, `${name}${i}`), parameter.shape, `${name}${i}`),
  );
}

export const sgdUpdate = defineKernel<Inputs, SgdUpdateAttributes>(SGD_UPDATE, ({ inputs, attributes, backend }) => {
  const { count, learningRate, momentum, nesterov, form, weightDecay } = attributes;
  if (weightDecay.length !== count) {
    throw new ArgumentError(expected(`${count} numbers`, 'weightDecay', weightDecay));
  }
  const parameters = Array.from({ length: count }, (_, i) => inputOf(inputs, `parameter${i}`));
  const before = ['parameter', 'gradient', 'velocity'].flatMap((name) => group(backend, inputs, name, parameters));
  const outputs = [...parameters, ...parameters].map((parameter) => backend.output(parameter.shape));
  const sizes = parameters.map((parameter) => util.sizeFromShape(parameter.shape));
  backend.engine.sgdUpdate(
    integersOf(count, nesterov, form === 'caffe'),
    Float64Array.of(learningRate, momentum, ...sizes, ...weightDecay),
    [...before, ...outputs.map((output) => output.values)],
  );
  return outputs.map((output) => output.info);
});
