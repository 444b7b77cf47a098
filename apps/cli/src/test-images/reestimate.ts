import { reestimateBatchNorm } from '@resnet-ts/evaluation';
import { disposeNamed } from '@resnet-ts/tensor-ops';
import { countProgress } from '../progress/count-progress.js';
import type { Model } from '../run/open-model.js';
import { firstBatches } from './first-batches.js';
import { openTrainingBatches } from './open-training-batches.js';

/** Images that averages are taken over, unless told otherwise: "a sufficiently large training batch" of the release. */
const USUAL_EXAMPLES = 10_000;

/**
 * A run with true averages over augmented training images in place of its moving averages, as the authors' released
 * models hold. The tensors it had are freed.
 *
 * @param options.data where the run's training images are
 */
export async function reestimate(
  model: Model,
  { data, examples = USUAL_EXAMPLES }: { readonly data: string; readonly examples?: number | undefined },
): Promise<Model> {
  const { network, state } = model;
  const source = await openTrainingBatches(model, data);
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
