import { createEvaluationBatches } from '@resnet-ts/data-pipelines';
import { evaluate, type EvaluationReport } from '@resnet-ts/evaluation';
import type { Model } from '../run/open-model.js';
import type { OpenedImages } from './opened-images.js';

/**
 * The single view of a data set in memory that has the network's own size, as training evaluates: the same bits, and
 * larger batches than views of any size come in.
 *
 * @returns undefined where the images are others
 */
export async function evaluateSet(
  { network, state, preprocessing }: Model,
  { set, classNames }: OpenedImages,
  options: { readonly batchSize: number; readonly onExamples: (done: number) => void },
): Promise<EvaluationReport | undefined> {
  const [height, width, channels] = network.inputShape;
  if (set?.height !== height || set.width !== width || set.channels !== channels) return undefined;
  const batches = createEvaluationBatches(set, {
    batchSize: Math.min(options.batchSize, set.count),
    mean: preprocessing.mean,
  });
  return evaluate({
    ...{ network, state, batches: batches.epoch(0), classes: classNames },
    onBatch: ({ examples }) => options.onExamples(examples),
  });
}
