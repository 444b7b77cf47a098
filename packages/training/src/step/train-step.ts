import {
  ArgumentError,
  disposeNamed,
  expected,
  type Batch,
  type ImageClassifier,
  type StepRandomness,
} from '@resnet-ts/tensor-ops';
import type { Tensor } from '@tensorflow/tfjs-core';
import { clipGradients } from '../optimizer/clip-gradients.js';
import { updateParameters } from '../optimizer/update-parameters.js';
import { augmentBatch, augmentsBatches, disposeBatch, type StepBatch } from '../augmentation/augment-batch.js';
import type { Recipe } from '../recipe/recipe-schema.js';
import { copyState, disposeState, nextAverage } from './average-state.js';
import { batchGradients, type BatchPart } from './batch-gradients.js';
import { batchMistakes } from './batch-mistakes.js';
import { findNonFinite } from './find-non-finite.js';
import type { TrainingState } from './training-state.js';

export interface StepInput {
  readonly network: ImageClassifier;
  readonly recipe: Pick<Recipe, 'optimizer' | 'labelSmoothing' | 'checkpointing' | 'mixing' | 'erasing' | 'averaging'>;
  /** What the network and the recipe draw from, if they draw. */
  readonly randomness?: StepRandomness;
  readonly state: TrainingState;
  readonly batch: Batch;
  /** The batch's labels on the host. */
  readonly labels: ArrayLike<number>;
  readonly learningRate: number;
  /** Weight decay of each parameter, in the network's order. */
  readonly weightDecay: readonly number[];
  /** What the learning rate of each parameter is multiplied by, in the network's order. Absent: 1. */
  readonly rateScale?: readonly number[];
  /** The part of the state's average that stays; absent, the average is not updated. See `averageDecay`. */
  readonly averageDecay?: number | undefined;
}

export interface StepOutput {
  /** Mean cross-entropy over the batch. */
  readonly loss: number;
  /**
   * Wrong predictions in the batch, from the same forward pass that the gradients came from. Of a mixed image the label
   * with the larger share counts.
   */
  readonly mistakes: number;
  readonly state: TrainingState;
}

/** The loss or the norm of the gradients was not finite: the state passed in is untouched. */
export interface StepFailure {
  readonly loss: number;
  /** Where the first value that is not finite was seen. */
  readonly nonFinite: string;
}

/**
 * One step of SGD (paper §3.4): forward, backward, one fused update of all parameters. Consumes `state`, whose tensors
 * it disposes, and returns the next one; consumes no other tensor. Runs without an `await`, so that memory can be
 * compared before and after.
 */
export function trainStep(input: StepInput): StepOutput | StepFailure {
  const { network, recipe, state, randomness } = input;
  const { clip } = recipe.optimizer;
  const augmented = augmentsBatches(recipe) ? augmentBatch(input.batch, recipe, drawing(randomness)) : undefined;
  const batch = augmented ?? input.batch;
  const made = batchGradients({ network, recipe, state: state.network, batch, randomness });
  const clipped = clip === undefined ? made.gradients : clipGradients(made.gradients, clip);
  const gradients = clipped ?? made.gradients;
  const updated = clipped && updateParameters(input, clipped);
  // Everything is under way before the first value is read back: a backend that works on its own is waited for once.
  const loss = made.parts.reduce((sum, part) => sum + part.share * (part.loss.dataSync()[0] ?? Number.NaN), 0);
  const mistakes = countMistakes(made.parts, mainLabels(batch, input.labels), network.classes);
  const finish = (): void => {
    for (const part of made.parts) [part.loss, part.logits].forEach((tensor) => tensor.dispose());
    disposeNamed(gradients);
    if (augmented !== undefined) disposeBatch(augmented);
  };
  if (updated !== undefined && Number.isFinite(loss)) {
    const next = withAverage(input, {
      network: { parameters: updated.parameters, buffers: made.buffers },
      velocities: updated.velocities,
      average: state.average,
    });
    disposeReplaced(state, next);
    finish();
    return { loss, mistakes, state: next };
  }
  const { parameters } = state.network;
  const logits = made.parts.map((part) => part.logits);
  const seen = { images: batch.images, parameters, buffers: made.buffers, logits, gradients };
  const nonFinite = findNonFinite(network, seen);
  const discarded = { parameters: updated?.parameters ?? {}, buffers: made.buffers };
  disposeReplaced({ network: discarded, velocities: updated?.velocities ?? {} }, state);
  finish();
  return { loss, nonFinite: nonFinite ?? (Number.isFinite(loss) ? 'the norm of the gradients' : 'the loss') };
}

function drawing(randomness: StepRandomness | undefined): StepRandomness {
  if (randomness !== undefined) return randomness;
  throw new ArgumentError(
    expected('a seed and a step', 'randomness', randomness, 'the recipe changes batches at random'),
  );
}

function mainLabels({ mixed }: StepBatch, labels: ArrayLike<number>): ArrayLike<number> {
  return mixed !== undefined && mixed.share < 0.5 ? mixed.labels.dataSync() : labels;
}

/** The state with its average updated where that is due; lookahead goes on from the average. */
function withAverage({ recipe, averageDecay }: StepInput, trained: TrainingState): TrainingState {
  if (trained.average === undefined || averageDecay === undefined) return trained;
  const average = nextAverage(trained.average, trained.network, averageDecay);
  if (recipe.averaging?.kind !== 'lookahead') return { ...trained, average };
  const network = copyState(average);
  disposeState(trained.network);
  return { ...trained, network, average };
}

function countMistakes(parts: readonly BatchPart[], labels: ArrayLike<number>, classes: number): number {
  let from = 0;
  let mistakes = 0;
  for (const { logits } of parts) {
    const rows = logits.shape[0];
    const own = parts.length === 1 ? labels : Array.from({ length: rows }, (_, row) => labels[from + row] ?? -1);
    mistakes += batchMistakes(logits.dataSync(), own, classes);
    from += rows;
  }
  return mistakes;
}

/** Disposes what `kept` does not share with `replaced`: a network without batch norm returns its buffers unchanged. */
function disposeReplaced(replaced: TrainingState, kept: TrainingState): void {
  const alive = new Set(tensorsOf(kept));
  for (const tensor of tensorsOf(replaced)) if (!alive.has(tensor)) tensor.dispose();
}

function tensorsOf({ network, velocities, average }: TrainingState): Tensor[] {
  const named = [network.parameters, network.buffers, velocities, average?.parameters ?? {}, average?.buffers ?? {}];
  return named.flatMap((tensors) => Object.values(tensors));
}
