import { FusedBatchNorm } from '@tensorflow/tfjs-core';
import type { TensorInfo } from '@tensorflow/tfjs-core';
import { integersOf, numbersOf } from '../attributes.js';
import { overrideKernel } from '../define-kernel.js';
import { sameShape } from '../shapes.js';
import { eligible } from './eligible.js';

interface Inputs {
  x: TensorInfo;
  scale?: TensorInfo;
  offset?: TensorInfo;
  mean: TensorInfo;
  variance: TensorInfo;
}

/** Stock batch norm with statistics given, one value a channel: what tf.batchNorm runs. */
export const fusedBatchNorm = overrideKernel<Inputs, { varianceEpsilon?: number }>(
  FusedBatchNorm,
  ({ inputs: { x, scale, offset, mean, variance }, attributes: { varianceEpsilon = 0.001 }, backend }) => {
    const channels = x.shape.at(-1) ?? 1;
    const vectors = [mean, variance, scale, offset].filter((vector) => vector !== undefined);
    if (!eligible(x, ...vectors) || !vectors.every((vector) => sameShape(vector.shape, [channels]))) return undefined;
    const y = backend.output(x.shape);
    backend.engine.batchNormInference(
      integersOf(channels, false),
      numbersOf(y.values.length / channels, varianceEpsilon),
      backend.floats(x),
      scale === undefined ? new Float32Array(channels).fill(1) : backend.floats(scale),
      offset === undefined ? new Float32Array(channels) : backend.floats(offset),
      backend.floats(mean),
      backend.floats(variance),
      null,
      y.values,
    );
    return y.info;
  },
);
