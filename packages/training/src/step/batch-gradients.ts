import {
  disposeNamed,
  valueAndGradients,
  type ImageClassifier,
  type NamedTensors,
  type NetworkState,
  type StepRandomness,
} from '@resnet-ts/tensor-ops';
import * as tf from '@tensorflow/tfjs-core';
import type { Tensor2D } from '@tensorflow/tfjs-core';
import { disposeBatch, type StepBatch } from '../augmentation/augment-batch.js';
import type { Recipe } from '../recipe/recipe-schema.js';
import { batchLoss } from './batch-loss.js';

/** Where the logits travel among the buffers; no parameter path has a space. */
const LOGITS = 'the logits';

export interface GradientInput {
  readonly network: ImageClassifier;
  readonly recipe: Pick<Recipe, 'optimizer' | 'labelSmoothing' | 'checkpointing'>;
  readonly state: NetworkState;
  readonly batch: StepBatch;
  readonly randomness?: StepRandomness | undefined;
}

/** One part of a batch on its way through the network. The caller disposes both tensors. */
export interface BatchPart {
  /** Mean cross-entropy over the part. */
  readonly loss: tf.Scalar;
  readonly logits: Tensor2D;
  /** Its share of the batch's images. */
  readonly share: number;
}

export interface BatchGradients {
  readonly parts: readonly BatchPart[];
  /** Of the mean loss over the batch. */
  readonly gradients: NamedTensors;
  /** Running statistics after the batch. */
  readonly buffers: NamedTensors;
}

/**
 * The gradient of a batch's mean loss by every parameter: in one pass, or in `microBatches` passes whose gradients are
 * averaged by their share of the images. Batch norm takes its statistics from each part by itself, and the running ones
 * move on once a part; without batch norm the parts give the gradient of the whole.
 *
 * @returns tensors that the caller disposes; `buffers` may hold those of `state`
 */
export function batchGradients(input: GradientInput): BatchGradients {
  const wanted = input.recipe.optimizer.microBatches ?? 1;
  if (wanted === 1) {
    const { loss, logits, gradients, buffers } = pass(input, input.batch, input.state.buffers, input.randomness);
    return { parts: [{ loss, logits, share: 1 }], gradients, buffers };
  }
  const parts: BatchPart[] = [];
  const images = input.batch.labels.size;
  let sum: NamedTensors | undefined;
  let { buffers } = input.state;
  for (const { index, from, size } of split(images, wanted)) {
    const batch = sliceBatch(input.batch, from, size);
    // Each part draws anew: a layer's draws are by step and place in the batch, and every part has a first place.
    const randomness = input.randomness && { ...input.randomness, step: input.randomness.step * wanted + index };
    const made = pass(input, batch, buffers, randomness);
    disposeBatch(batch);
    disposeUnless(buffers, [input.state.buffers, made.buffers]);
    buffers = made.buffers;
    const share = size / images;
    sum = addShare(sum, made.gradients, share);
    parts.push({ loss: made.loss, logits: made.logits, share });
  }
  return { parts, gradients: sum ?? {}, buffers };
}

function pass(
  { network, recipe, state }: GradientInput,
  batch: StepBatch,
  buffers: NamedTensors,
  randomness: StepRandomness | undefined,
) {
  const { loss, gradients, auxiliary } = valueAndGradients(state.parameters, (parameters) => {
    const mode = { training: true, checkpointing: recipe.checkpointing, randomness };
    const forward = network.apply(batch.images, { parameters, buffers }, mode);
    return {
      loss: batchLoss(forward.logits, batch, recipe.labelSmoothing),
      auxiliary: { ...forward.buffers, [LOGITS]: forward.logits },
    };
  });
  const { [LOGITS]: logits, ...nextBuffers } = auxiliary;
  if (logits === undefined) throw new TypeError('valueAndGradients returned no logits');
  return { loss, logits: logits as Tensor2D, gradients, buffers: nextBuffers };
}

/** Parts that differ in size by one at most; fewer than `wanted` where there are fewer images. */
function split(images: number, wanted: number): { index: number; from: number; size: number }[] {
  const start = (index: number) => Math.floor((index * images) / wanted);
  return Array.from({ length: wanted }, (_, index) => ({
    index,
    from: start(index),
    size: start(index + 1) - start(index),
  })).filter(({ size }) => size > 0);
}

function sliceBatch({ images, labels, mixed }: StepBatch, from: number, size: number): StepBatch {
  const sliced = {
    images: tf.slice(images, [from, 0, 0, 0], [size, -1, -1, -1]),
    labels: tf.slice(labels, [from], [size]),
  };
  return mixed === undefined
    ? sliced
    : { ...sliced, mixed: { ...mixed, labels: tf.slice(mixed.labels, [from], [size]) } };
}

function addShare(sum: NamedTensors | undefined, gradients: NamedTensors, share: number): NamedTensors {
  const next = Object.fromEntries(
    Object.entries(gradients).map(([name, gradient]) => {
      const before = sum?.[name];
      const scaled = (): tf.Tensor => tf.mul(gradient, share);
      return [name, tf.tidy(() => (before === undefined ? scaled() : tf.add(before, scaled())))];
    }),
  );
  if (sum !== undefined) disposeNamed(sum);
  disposeNamed(gradients);
  return next;
}

function disposeUnless(tensors: NamedTensors, kept: readonly NamedTensors[]): void {
  const alive = new Set(kept.flatMap((named) => Object.values(named)));
  for (const tensor of Object.values(tensors)) if (!alive.has(tensor)) tensor.dispose();
}
