import { AVERAGE_POOL, AVERAGE_POOL_GRADIENT, MAX_POOL, MAX_POOL_GRADIENT } from '@resnet-ts/tensor-ops/kernels';
import type {
  AveragePoolingAttributes,
  AveragePoolingGradientAttributes,
  PoolingAttributes,
} from '@resnet-ts/tensor-ops/kernels';
import type { TensorInfo } from '@tensorflow/tfjs-core';
import type { KernelBackend } from '../kernel-backend.js';
import { numbersOf } from './attributes.js';
import { defineKernel } from './define-kernel.js';
import { poolingGeometry, poolingIntegers } from './pooling-geometry.js';
import type { PoolingGeometry } from './pooling-geometry.js';
import { floatsOf, shape4 } from './shapes.js';

export function runMaxPool(backend: KernelBackend, x: TensorInfo, geometry: PoolingGeometry): TensorInfo {
  const y = backend.output(geometry.output);
  backend.engine.maxPool(poolingIntegers(geometry), numbersOf(), backend.floats(x), y.values);
  return y.info;
}

export function runMaxPoolGradient(
  backend: KernelBackend,
  dy: TensorInfo,
  x: TensorInfo,
  geometry: PoolingGeometry,
): TensorInfo {
  const dyValues = floatsOf(backend, dy, geometry.output, 'dy');
  const dx = backend.output(geometry.input);
  backend.engine.maxPoolGradient(poolingIntegers(geometry), numbersOf(), dyValues, backend.floats(x), dx.values);
  return dx.info;
}

export function runAveragePool(
  backend: KernelBackend,
  x: TensorInfo,
  geometry: PoolingGeometry,
  countPadding: boolean,
): TensorInfo {
  const y = backend.output(geometry.output);
  backend.engine.averagePool(poolingIntegers(geometry, countPadding), numbersOf(), backend.floats(x), y.values);
  return y.info;
}

export function runAveragePoolGradient(
  backend: KernelBackend,
  dy: TensorInfo,
  geometry: PoolingGeometry,
  countPadding: boolean,
): TensorInfo {
  const dyValues = floatsOf(backend, dy, geometry.output, 'dy');
  const dx = backend.output(geometry.input);
  backend.engine.averagePoolGradient(poolingIntegers(geometry, countPadding), numbersOf(), dyValues, dx.values);
  return dx.info;
}

export const maxPool = defineKernel<{ x: TensorInfo }, PoolingAttributes>(
  MAX_POOL,
  ({ inputs: { x }, attributes, backend }) => [runMaxPool(backend, x, poolingGeometry(shape4(x, 'x'), attributes))],
);

export const maxPoolGradient = defineKernel<{ dy: TensorInfo; x: TensorInfo }, PoolingAttributes>(
  MAX_POOL_GRADIENT,
  ({ inputs: { dy, x }, attributes, backend }) => [
    runMaxPoolGradient(backend, dy, x, poolingGeometry(shape4(x, 'x'), attributes)),
  ],
);

export const averagePool = defineKernel<{ x: TensorInfo }, AveragePoolingAttributes>(
  AVERAGE_POOL,
  ({ inputs: { x }, attributes, backend }) => [
    runAveragePool(backend, x, poolingGeometry(shape4(x, 'x'), attributes), attributes.countPadding),
  ],
);

export const averagePoolGradient = defineKernel<{ dy: TensorInfo }, AveragePoolingGradientAttributes>(
  AVERAGE_POOL_GRADIENT,
  ({ inputs: { dy }, attributes, backend }) => [
    runAveragePoolGradient(backend, dy, poolingGeometry(attributes.inputShape, attributes), attributes.countPadding),
  ],
);
