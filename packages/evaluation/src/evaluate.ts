import {
  ArgumentError,
  DataError,
  describe,
  expected,
  type Batch,
  type BatchStream,
  type ImageClassifier,
  type NetworkState,
} from '@resnet-ts/tensor-ops';
import * as tf from '@tensorflow/tfjs-core';
import type { EvaluationReport } from './metrics/evaluation-report.js';
import { MetricsAccumulator, type MetricsOptions } from './metrics/metrics-accumulator.js';
import { averagedLogits, type TestViews } from './protocols/test-views.js';

export interface EvaluateOptions extends MetricsOptions {
  readonly network: ImageClassifier;
  /** Left as it is. */
  readonly state: NetworkState;
  /** Every image once; batches may differ in size. Their tensors are disposed. */
  readonly batches: BatchStream;
  /** Views of each image over which logits are averaged. Default: the image alone, as it is. */
  readonly views?: TestViews | undefined;
  /** Names of the classes, for the report. */
  readonly classes?: readonly string[] | undefined;
  /** Told after each batch; awaited. */
  readonly onBatch?:
    | ((progress: {
        readonly batches: number;
        readonly examples: number;
        readonly top1Error: number;
      }) => void | Promise<void>)
    | undefined;
  /** Aborted: the evaluation rejects with the signal's reason after the batch under way. */
  readonly signal?: AbortSignal | undefined;
}

/**
 * Top-1 and top-5 error, loss, confusion matrix and error by class, from one pass with running statistics over the
 * images as they are: the paper's single-view test (§4.2), unless more views are asked for.
 *
 * @throws ArgumentError when the class names do not fit the network or there are no images; DataError naming the batch
 *   for images of a wrong shape or a label out of range
 *
 * @example
 * const report = await evaluate({ network, state, batches: createEvaluationBatches(test, { batchSize: 250, mean }).epoch(0) });
 * console.log(`top-1 error ${formatPercent(report.top1Error)} on ${report.examples} images`);
 */
export async function evaluate(options: EvaluateOptions): Promise<EvaluationReport> {
  const { network, classes, onBatch, signal } = options;
  if (classes !== undefined && classes.length !== network.classes) {
    throw new ArgumentError(expected(`${network.classes} names`, 'classes', classes));
  }
  const metrics = new MetricsAccumulator(network.classes, options);
  const iterator = await options.batches.iterator();
  for (let batches = 0; ; batches += 1) {
    signal?.throwIfAborted();
    const next = await iterator.next();
    if (next.done === true) break;
    await addBatch(metrics, options, next.value, `evaluation batch ${batches}`);
    await onBatch?.({
      batches: batches + 1,
      examples: metrics.examples,
      top1Error: metrics.mistakes / metrics.examples,
    });
  }
  if (metrics.examples === 0) throw new ArgumentError(expected('at least one image', 'batches', 'none'));
  return { ...metrics.report(), ...(classes === undefined ? {} : { classNames: classes }) };
}

async function addBatch(
  metrics: MetricsAccumulator,
  { network, state, views }: Pick<EvaluateOptions, 'network' | 'state' | 'views'>,
  batch: Batch,
  where: string,
): Promise<void> {
  let logits: tf.Tensor | undefined;
  try {
    const labels = await batch.labels.data();
    checkBatch(batch, labels, network, where);
    // The buffers returned at inference are the ones passed in: only what is made here may go.
    logits = tf.tidy(() =>
      averagedLogits(batch.images, views, (images) => network.apply(images, state, { training: false }).logits),
    );
    metrics.add(await logits.data(), labels);
  } finally {
    logits?.dispose();
    batch.images.dispose();
    batch.labels.dispose();
  }
}

function checkBatch({ images }: Batch, labels: ArrayLike<number>, network: ImageClassifier, where: string): void {
  const channels = network.inputShape[2];
  if (images.rank !== 4 || images.shape[3] !== channels || images.shape[0] !== labels.length) {
    const received = describe([...images.shape]);
    throw new DataError(where, `expected images [${labels.length}, H, W, ${channels}], received ${received}`);
  }
  for (let row = 0; row < labels.length; row += 1) {
    const label = labels[row] ?? -1;
    if (!(Number.isInteger(label) && label >= 0 && label < network.classes)) {
      throw new DataError(where, expected(`a class from 0 to ${network.classes - 1}`, `label ${row}`, label));
    }
  }
}
