import { reestimateBatchNorm } from '@resnet-ts/evaluation';
import { disposeNamed } from '@resnet-ts/tensor-ops';
import { countProgress } from '../progress/count-progress.js';
import type { Model } from '../run/open-model.js';
import { firstBatches } from './first-batches.js';
import { openTrainingBatches } from './open-training-batches.js';

/** Images that averages are taken over, unless told otherwise: "a sufficiently large training batch" of the release. */
const USUAL_EXAMPLES = 10_000;

export interface ReestimateOptions {
  /** Where the run's training images are. */
  readonly data: string;
  /** Default 10,000. */
  readonly examples?: number | undefined;
  readonly note: (line: string) => void;
}

/**
 * A run with true averages over augmented training images in place of its moving averages, as the authors' released
 * models hold. The tensors it had are freed.
 */
export async function reestimate(
  model: Model,
  { data, examples = USUAL_EXAMPLES, note }: ReestimateOptions,
): Promise<Model> {
  const { network, state } = model;
  const source = await openTrainingBatches(model, { data, note });
  const progress = countProgress(examples, 'training images');
  try {
    const buffers = await reestimateBatchNorm({
      ...{ network, state, batches: firstBatches(source, examples) },
      onBatch: (done) => progress.update(done.examples),
    });
    disposeNamed(state.buffers);
    return { ...model, state: { ...state, buffers } };
  } finally {
    progress.stop();
    await source.close();
  }
}
