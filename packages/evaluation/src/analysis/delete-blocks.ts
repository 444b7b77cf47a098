import type { NetworkState } from '@resnet-ts/tensor-ops';
import * as tf from '@tensorflow/tfjs-core';
import { MetricsAccumulator } from '../metrics/metrics-accumulator.js';
import { assertBlock } from './feature-maps.js';
import { forEachBatch, type AnalysisOptions } from './for-each-batch.js';

/** What becomes of a network without one of its blocks. */
export interface BlockDeletion {
  readonly block: string;
  /** Undefined where the block changes the shape, so that nothing can take its place. */
  readonly top1Error: number | undefined;
  readonly loss: number | undefined;
}

export interface BlockDeletions {
  readonly examples: number;
  /** Of the whole network. */
  readonly top1Error: number;
  readonly loss: number;
  /** In the order of the network. */
  readonly deletions: readonly BlockDeletion[];
}

export interface DeleteBlocksOptions extends AnalysisOptions {
  /** Left as it is. */
  readonly state: NetworkState;
  /** Which blocks are deleted in turn. Default: all but the stem. */
  readonly blocks?: readonly string[] | undefined;
}

/**
 * The error without each block in turn, identity in its place and nothing trained again (Veit, Wilber and Belongie 2016:
 * residual networks hardly notice, plain ones break down). Each batch passes once for every block.
 *
 * In the place of a block stands its input. For a residual block with an identity shortcut that is the block without its
 * branch, its input being at least 0 already.
 *
 * @throws ArgumentError for an unknown block, a network without blocks, or no images; DataError naming the batch for
 *   images of a wrong shape
 *
 * @example
 * const { top1Error, deletions } = await deleteBlocks({ network, state, batches: test });
 */
export async function deleteBlocks(options: DeleteBlocksOptions): Promise<BlockDeletions> {
  const { network } = options;
  const whole = new MetricsAccumulator(network.classes, { worstMistakes: 0 });
  const without = new Map<string, MetricsAccumulator | undefined>();
  const examples = await forEachBatch(options, async ({ images, labels }) => {
    const classes = await labels.data();
    const names: string[] = [];
    const shapes: string[] = [];
    const look = (block: string, y: tf.Tensor4D): undefined => {
      names.push(block);
      shapes.push(y.shape.join());
    };
    whole.add(await logitsOf(options, images, look), classes);
    for (const block of options.blocks ?? []) assertBlock(block, names);
    for (const [index, block] of names.entries()) {
      if (index === 0 || !(options.blocks ?? names).includes(block)) continue;
      if (shapes[index] !== shapes[index - 1]) {
        without.set(block, undefined);
        continue;
      }
      const metrics = without.get(block) ?? new MetricsAccumulator(network.classes, { worstMistakes: 0 });
      without.set(block, metrics);
      metrics.add(await logitsWithout(options, images, block), classes);
    }
  });
  const deletions = [...without].map(([block, metrics]) => {
    const report = metrics?.report();
    return { block, top1Error: report?.top1Error, loss: report?.loss };
  });
  const { top1Error, loss } = whole.report();
  return { examples, top1Error, loss, deletions };
}

async function logitsWithout(
  options: DeleteBlocksOptions,
  images: tf.Tensor4D,
  deleted: string,
): Promise<Float32Array> {
  let before: tf.Tensor4D | undefined;
  const output = (block: string, y: tf.Tensor4D): tf.Tensor4D | undefined => {
    if (block === deleted && before !== undefined) return tf.clone(before);
    before?.dispose();
    before = tf.keep(tf.clone(y));
    return undefined;
  };
  try {
    return await logitsOf(options, images, output);
  } finally {
    before?.dispose();
  }
}

async function logitsOf(
  { network, state }: DeleteBlocksOptions,
  images: tf.Tensor4D,
  output: (block: string, y: tf.Tensor4D) => tf.Tensor4D | undefined,
): Promise<Float32Array> {
  const logits = tf.tidy(() => network.apply(images, state, { training: false, observe: { output } }).logits);
  try {
    return Float32Array.from(await logits.data());
  } finally {
    logits.dispose();
  }
}
