import { disposeNamed, sgdUpdate, type NamedTensors, type NetworkState } from '@resnet-ts/tensor-ops';
import * as tf from '@tensorflow/tfjs-core';
import type { Averaging } from '../recipe/averaging-schema.js';

/**
 * The part of the average that stays after a step, or undefined where the average is not updated. With `warmup`, update
 * n (from 0) keeps min(decay, (1 + n) / (10 + n)), the rule of TensorFlow's `ExponentialMovingAverage`; lookahead keeps
 * decay · (step / totalSteps)^growth.
 *
 * @param step steps done, this one included
 * @param totalSteps steps of the whole run
 *
 * @example
 * averageDecay({ kind: 'ema', decay: 0.999, everySteps: 5, warmup: true }, 5, 1000); // 0.1
 */
export function averageDecay(averaging: Averaging, step: number, totalSteps: number): number | undefined {
  const { decay, everySteps } = averaging;
  if (step % everySteps !== 0) return undefined;
  if (averaging.kind === 'lookahead') return decay * (step / totalSteps) ** averaging.growth;
  const updates = step / everySteps - 1;
  return averaging.warmup ? Math.min(decay, (1 + updates) / (10 + updates)) : decay;
}

/**
 * average ← decay · average + (1 − decay) · state, for parameters and running statistics alike, as timm and torchvision's
 * reference recipes have it. One pass of the fused SGD kernel: in Caffe's form its velocity is m·v + lr·g.
 *
 * @returns new tensors; nothing passed in is disposed
 */
export function nextAverage(average: NetworkState, state: NetworkState, decay: number): NetworkState {
  return {
    parameters: blend(average.parameters, state.parameters, decay),
    buffers: blend(average.buffers, state.buffers, decay),
  };
}

function blend(average: NamedTensors, values: NamedTensors, decay: number): NamedTensors {
  const names = Object.keys(average);
  const given = names.map((name) => values[name] ?? missing(name));
  const { parameters, velocities } = sgdUpdate(
    { parameters: given, gradients: given, velocities: Object.values(average) },
    { learningRate: 1 - decay, momentum: decay, nesterov: false, form: 'caffe', weightDecay: given.map(() => 0) },
  );
  for (const unused of parameters) unused.dispose();
  return Object.fromEntries(names.map((name, index) => [name, velocities[index] ?? missing(name)]));
}

/**
 * A copy with memory of its own on the backend. A clone shares memory, and values that came from the host are moved
 * only when they are first used: both would look like growth to whoever compares memory at the first update.
 */
export function copyState({ parameters, buffers }: NetworkState): NetworkState {
  const copy = (tensors: NamedTensors): NamedTensors =>
    Object.fromEntries(Object.entries(tensors).map(([name, tensor]) => [name, tf.tidy(() => tf.mul(tensor, 1))]));
  return { parameters: copy(parameters), buffers: copy(buffers) };
}

export function disposeState({ parameters, buffers }: NetworkState): void {
  disposeNamed(parameters);
  disposeNamed(buffers);
}

function missing(name: string): never {
  throw new RangeError(`the state has no tensor ${name}`);
}
