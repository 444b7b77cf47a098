import * as tf from '@tensorflow/tfjs-core';
import { segment, type Checkpointing, type NamedTensors, type NetworkState } from '@resnet-ts/tensor-ops';
import type { NetworkMode } from './network-plan.js';
import type { Block, BlockResult, ForwardMode } from '@resnet-ts/residual-blocks';

/** Whether a stage is so deep that the outputs of its blocks are worth making again: ResNet-152's largest, ResNet-1202's. */
export function isDeepStage({ blocks }: { readonly blocks: number }): boolean {
  return blocks > 32;
}

/**
 * How many blocks of a stage are differentiated as one. A segment is kept at its ends, and whole while it is
 * differentiated: about √n segments of √n blocks keep the least (Chen et al. 2016, arXiv 1604.06174); one block more,
 * because the output of the last is there in either case.
 *
 * Under `renormalize`, segments of several blocks make the outputs between them again, three passes over memory each. For
 * basic blocks that is 3 % of a step of ResNet-20 for a quarter of what is kept, so only deep stages do it;
 * a bottleneck's output is two thirds of what it keeps, and its convolutions take longer.
 */
function segmentLength(stage: readonly Block[], checkpointing: Checkpointing): number {
  const length = Math.min(stage.length, Math.round(Math.sqrt(stage.length)) + 1);
  if (checkpointing === 'checkpoint') return length;
  const outputsAgain =
    checkpointing === 'renormalize' && (isDeepStage({ blocks: stage.length }) || stage.every(isBottleneck));
  return outputsAgain ? length : 1;
}

/** Wider at the end than in its first convolution. */
function isBottleneck({ layers, outputShape }: Block): boolean {
  return (layers[0]?.outputShape.at(-1) ?? 0) < outputShape[2];
}

/** Runs the stages of a network in segments. Each block's intermediates go when it is through. */
export function runStages(
  stages: readonly (readonly Block[])[],
  images: tf.Tensor4D,
  state: NetworkState,
  { checkpointing, ...mode }: NetworkMode,
): BlockResult {
  const updated: Record<string, tf.Tensor> = {};
  let x = images;
  for (const stage of stages) {
    const length = segmentLength(stage, checkpointing);
    for (let first = 0; first < stage.length; first += length) {
      const blocks = stage.slice(first, first + length);
      const result = segment(x, (input) => runBlocks(blocks, input, state, mode), checkpointing);
      if (x !== images) x.dispose();
      x = result.y;
      Object.assign(updated, result.buffers);
    }
  }
  return { y: x, buffers: updated };
}

function runBlocks(blocks: readonly Block[], input: tf.Tensor4D, state: NetworkState, mode: ForwardMode): BlockResult {
  const updated: Record<string, tf.Tensor> = {};
  let x = input;
  for (const block of blocks) {
    const result: { y: tf.Tensor4D; buffers: NamedTensors } = tf.tidy(() => ({ ...block.apply(x, state, mode) }));
    // A block's input goes as soon as the block is through; what the gradient needs, the tape has kept.
    if (x !== input) x.dispose();
    x = result.y;
    Object.assign(updated, result.buffers);
  }
  return { y: x, buffers: updated };
}
