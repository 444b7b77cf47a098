import { LINEAR, LINEAR_GRADIENT } from '@resnet-ts/tensor-ops/kernels';
import type { TensorInfo } from '@tensorflow/tfjs-core';
import { integersOf, numbersOf } from './attributes.js';
import { defineKernel } from './define-kernel.js';
import { floatsOf, shape2 } from './shapes.js';

export const linear = defineKernel<{ x: TensorInfo; weight: TensorInfo; bias: TensorInfo }, object>(
  LINEAR,
  ({ inputs: { x, weight, bias }, backend }) => {
    const [batch, inputs] = shape2(x, 'x');
    const outputs = shape2(weight, 'weight')[1];
    const tensors = [
      backend.floats(x),
      floatsOf(backend, weight, [inputs, outputs], 'weight'),
      floatsOf(backend, bias, [outputs], 'bias'),
    ];
    const y = backend.output([batch, outputs]);
    backend.engine.linear(integersOf(batch, inputs, outputs), numbersOf(), ...tensors, y.values);
    return [y.info];
  },
);

export const linearGradient = defineKernel<{ dy: TensorInfo; x: TensorInfo; weight: TensorInfo }, object>(
  LINEAR_GRADIENT,
  ({ inputs: { dy, x, weight }, backend }) => {
    const [batch, inputs] = shape2(x, 'x');
    const outputs = shape2(weight, 'weight')[1];
    const tensors = [
      floatsOf(backend, dy, [batch, outputs], 'dy'),
      backend.floats(x),
      floatsOf(backend, weight, [inputs, outputs], 'weight'),
    ];
    const gradients = [[batch, inputs], [inputs, outputs], [outputs]].map((shape) => backend.output(shape));
    backend.engine.linearGradient(
      integersOf(batch, inputs, outputs),
      numbersOf(),
      ...tensors,
      ...gradients.map((gradient) => gradient.values),
    );
    return gradients.map((gradient) => gradient.info);
  },
);
