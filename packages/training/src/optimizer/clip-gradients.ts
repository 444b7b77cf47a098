import { disposeNamed, type NamedTensors } from '@resnet-ts/tensor-ops';
import * as tf from '@tensorflow/tfjs-core';
import type { GradientClip } from '../recipe/optimizer-schema.js';

/**
 * Gradients within a limit. `value` cuts every value to [−limit, limit]. `global-norm` takes all gradients as one vector
 * (arXiv 1211.5063, §3.2) and multiplies it by limit / (norm + 1e-6) where that is below 1, as PyTorch's
 * `clip_grad_norm_` does; the norm is summed in float64 in the order of the parameters, so it does not depend on threads.
 *
 * @param gradients are disposed where others take their place
 * @returns undefined, with nothing disposed, where the norm is not finite
 */
export function clipGradients(gradients: NamedTensors, { kind, limit }: GradientClip): NamedTensors | undefined {
  if (kind === 'value') return replaced(gradients, (gradient) => tf.clipByValue(gradient, -limit, limit));
  const norm = globalNorm(gradients);
  if (!Number.isFinite(norm)) return undefined;
  const factor = limit / (norm + 1e-6);
  return factor < 1 ? replaced(gradients, (gradient) => tf.mul(gradient, factor)) : gradients;
}

/** The Euclidean length of all tensors as one vector, in float64. */
export function globalNorm(tensors: NamedTensors): number {
  let squares = 0;
  for (const tensor of Object.values(tensors)) {
    const values = tensor.dataSync();
    for (let index = 0; index < values.length; index += 1) squares += (values[index] ?? 0) ** 2;
  }
  return Math.sqrt(squares);
}

function replaced(tensors: NamedTensors, f: (tensor: tf.Tensor) => tf.Tensor): NamedTensors {
  const results = Object.fromEntries(Object.entries(tensors).map(([name, tensor]) => [name, tf.tidy(() => f(tensor))]));
  disposeNamed(tensors);
  return results;
}
