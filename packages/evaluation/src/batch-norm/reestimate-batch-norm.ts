import {
  ArgumentError,
  DataError,
  expected,
  type BatchStream,
  type ImageClassifier,
  type NamedTensors,
  type NetworkState,
} from '@resnet-ts/tensor-ops';
import * as tf from '@tensorflow/tfjs-core';

export interface ReestimateBatchNormOptions {
  readonly network: ImageClassifier;
  /** Left as it is. */
  readonly state: NetworkState;
  /** Training images, as the network was trained on them; labels are not read. Their tensors are disposed. */
  readonly batches: BatchStream;
  /** Share of a batch's statistic in a running statistic of this network. Default 0.1, that of every network here. */
  readonly runningFraction?: number | undefined;
  /** Told after each batch; awaited. */
  readonly onBatch?:
    | ((progress: { readonly batches: number; readonly examples: number }) => void | Promise<void>)
    | undefined;
  /** Aborted: rejects with the signal's reason after the batch under way. */
  readonly signal?: AbortSignal | undefined;
}

/**
 * Batch-norm statistics as true averages over training data, in place of moving averages that weigh the last few dozen
 * batches: what the authors' released models hold, and what appendix A does before detection.
 *
 * Exactly: the network runs over the batches in training mode, its weights fixed, so that every layer is normalised by
 * its own batch. Of each layer, mean = Σ n_b·μ_b / Σ n_b and variance = Σ n_b·s²_b / Σ n_b, where n_b is the number of
 * images in batch b, μ_b its mean and s²_b its unbiased variance over N, H and W. This is algorithm 2 of the batch-norm
 * paper (Ioffe and Szegedy 2015), and with batches of one size PyTorch's `update_bn`. The spread of batch means is not
 * added: at training nothing is normalised by it either. Sums are float64.
 *
 * @returns new buffers by name, the caller's to dispose
 * @throws ArgumentError for a network without batch norm, a fraction that is none, or no images; DataError naming the
 *   batch for images of a wrong shape; ShapeError for a batch that gives a channel one value only
 *
 * @example
 * const buffers = await reestimateBatchNorm({ network, state, batches: source.epoch(0) });
 * const report = await evaluate({ network, state: { ...state, buffers }, batches: test });
 */
export async function reestimateBatchNorm(options: ReestimateBatchNormOptions): Promise<NamedTensors> {
  const { network, state, onBatch, signal, runningFraction = 0.1 } = options;
  if (network.buffers.length === 0) {
    throw new ArgumentError(expected('a network with batch norm', 'network', network.name));
  }
  if (!(runningFraction > 0 && runningFraction <= 1)) {
    throw new ArgumentError(expected('a number above 0, at most 1', 'runningFraction', runningFraction));
  }
  // From statistics of 0, one training pass leaves fraction × statistic of the batch: no layer has to be looked into.
  const zeros = Object.fromEntries(network.buffers.map(({ name, shape }) => [name, tf.zeros([...shape])]));
  const sums = new Map(network.buffers.map(({ name, shape }) => [name, new Float64Array(shape[0] ?? 0)]));
  let examples = 0;
  try {
    const iterator = await options.batches.iterator();
    for (let batches = 0; ; batches += 1) {
      signal?.throwIfAborted();
      const next = await iterator.next();
      if (next.done === true) break;
      const { images, labels } = next.value;
      labels.dispose();
      try {
        assertImages(images, network, `batch ${batches}`);
        await addBatch(sums, network, { parameters: state.parameters, buffers: zeros }, images);
        examples += images.shape[0];
      } finally {
        images.dispose();
      }
      await onBatch?.({ batches: batches + 1, examples });
    }
  } finally {
    for (const tensor of Object.values(zeros)) tensor.dispose();
  }
  if (examples === 0) throw new ArgumentError(expected('at least one image', 'batches', 'none'));
  return Object.fromEntries(
    [...sums].map(([name, sum]) => [
      name,
      tf.tensor1d(Float32Array.from(sum, (v) => v / (runningFraction * examples))),
    ]),
  );
}

async function addBatch(
  sums: ReadonlyMap<string, Float64Array>,
  network: ImageClassifier,
  state: NetworkState,
  images: tf.Tensor4D,
): Promise<void> {
  const buffers = tf.tidy(() => ({ ...network.apply(images, state, { training: true }).buffers }));
  try {
    for (const [name, sum] of sums) {
      const values = await buffers[name]?.data();
      if (values === undefined) throw new ArgumentError(expected('a tensor', `buffer ${name}`, undefined));
      for (let channel = 0; channel < sum.length; channel += 1) {
        sum[channel] = (sum[channel] ?? 0) + images.shape[0] * (values[channel] ?? Number.NaN);
      }
    }
  } finally {
    for (const tensor of Object.values(buffers)) tensor.dispose();
  }
}

function assertImages(images: tf.Tensor4D, { inputShape }: ImageClassifier, where: string): void {
  if (images.rank === 4 && images.shape[3] === inputShape[2]) return;
  throw new DataError(where, expected(`shape [N, H, W, ${inputShape[2]}]`, 'images', [...images.shape]));
}
