import * as tf from '@tensorflow/tfjs-core';
import { segment, type Checkpointing, type NamedTensors, type NetworkState } from '@resnet-ts/tensor-ops';
import type { NetworkMode } from './network-plan.js';
import type { Block, BlockResult, ForwardMode } from '@resnet-ts/residual-blocks';

/**
 * Blocks of a segment whose activations are made again rather than kept: a whole stage of every network but the very
 * deep ones, where the outputs of all blocks of a segment would be made again at once.
 */
const LONGEST_SEGMENT = 32;

/**
 * How many blocks of a stage are differentiated as one. Under `checkpoint` a segment is kept at its input and whole
 * while it is differentiated: √n segments of √n blocks keep the least (Chen et al. 2016, arXiv 1604.06174).
 */
function segmentLength(blocks: number, checkpointing: Checkpointing): number {
  return checkpointing === 'checkpoint' ? Math.ceil(Math.sqrt(blocks)) : Math.min(blocks, LONGEST_SEGMENT);
}

/** Runs the stages of a network in segments. Each block's intermediates go when it is through. */
export function runStages(
  stages: readonly (readonly Block[])[],
  images: tf.Tensor4D,
  state: NetworkState,
  { training, checkpointing }: NetworkMode,
): BlockResult {
  const updated: Record<string, tf.Tensor> = {};
  let x = images;
  for (const stage of stages) {
    const length = segmentLength(stage.length, checkpointing);
    for (let first = 0; first < stage.length; first += length) {
      const blocks = stage.slice(first, first + length);
      const result = segment(x, (input) => runBlocks(blocks, input, state, { training }), checkpointing);
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
