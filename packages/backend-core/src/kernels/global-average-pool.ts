import { GLOBAL_AVERAGE_POOL, GLOBAL_AVERAGE_POOL_GRADIENT } from '@resnet-ts/tensor-ops/kernels';
import type { GlobalAveragePoolGradientAttributes } from '@resnet-ts/tensor-ops/kernels';
import type { TensorInfo } from '@tensorflow/tfjs-core';
import { integersOf, numbersOf } from './attributes.js';
import { defineKernel } from './define-kernel.js';
import { floatsOf, shape4 } from './shapes.js';

export const globalAveragePool = defineKernel<{ x: TensorInfo }, object>(
  GLOBAL_AVERAGE_POOL,
  ({ inputs: { x }, backend }) => {
    const [batch, height, width, channels] = shape4(x, 'x');
    const y = backend.output([batch, channels]);
    backend.engine.globalAveragePool(
      integersOf(batch, height * width, channels),
      numbersOf(),
      backend.floats(x),
      y.values,
    );
    return [y.info];
  },
);

export const globalAveragePoolGradient = defineKernel<{ dy: TensorInfo }, GlobalAveragePoolGradientAttributes>(
  GLOBAL_AVERAGE_POOL_GRADIENT,
  ({ inputs: { dy }, attributes: { inputShape }, backend }) => {
    const [batch, height, width, channels] = inputShape;
    const dyValues = floatsOf(backend, dy, [batch, channels], 'dy');
    const dx = backend.output(inputShape);
    backend.engine.globalAveragePoolGradient(
      integersOf(batch, height * width, channels),
      numbersOf(),
      dyValues,
      dx.values,
    );
    return [dx.info];
  },
);
