import {
  disposeNamed,
  sgdUpdate,
  softmaxCrossEntropy,
  valueAndGradients,
  type Batch,
  type ImageClassifier,
  type NamedTensors,
  type StepRandomness,
} from '@resnet-ts/tensor-ops';
import type { Tensor } from '@tensorflow/tfjs-core';
import type { Recipe } from '../recipe/recipe-schema.js';
import { batchMistakes } from './batch-mistakes.js';
import { findNonFinite } from './find-non-finite.js';
import type { TrainingState } from './training-state.js';

/** Where the logits travel among the buffers; no parameter path has a space. */
const LOGITS = 'the logits';

export interface StepInput {
  readonly network: ImageClassifier;
  readonly recipe: Pick<Recipe, 'optimizer' | 'labelSmoothing' | 'checkpointing'>;
  /** What the network draws from, if it draws. */
  readonly randomness?: StepRandomness;
  readonly state: TrainingState;
  readonly batch: Batch;
  /** The batch's labels on the host. */
  readonly labels: ArrayLike<number>;
  readonly learningRate: number;
  /** Weight decay of each parameter, in the network's order. */
  readonly weightDecay: readonly number[];
}

export interface StepOutput {
  /** Mean cross-entropy over the batch. */
  readonly loss: number;
  /** Wrong predictions in the batch, from the same forward pass that the gradients came from. */
  readonly mistakes: number;
  readonly state: TrainingState;
}

/** The loss was not finite: the state passed in is untouched. */
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
  const { network, recipe, state, batch } = input;
  const { images, labels } = batch;
  const { buffers } = state.network;
  const { loss, gradients, auxiliary } = valueAndGradients(state.network.parameters, (parameters) => {
    const mode = { training: true, checkpointing: recipe.checkpointing, randomness: input.randomness };
    const forward = network.apply(images, { parameters, buffers }, mode);
    return {
      loss: softmaxCrossEntropy(forward.logits, labels, { labelSmoothing: recipe.labelSmoothing }),
      auxiliary: { ...forward.buffers, [LOGITS]: forward.logits },
    };
  });
  const { [LOGITS]: logits, ...nextBuffers } = auxiliary;
  if (logits === undefined) throw new TypeError('valueAndGradients returned no logits');
  const updated = update(input, gradients);
  // Everything is under way before the first value is read back: a backend that works on its own is waited for once.
  const lossValue = loss.dataSync()[0] ?? Number.NaN;
  const next: TrainingState = {
    network: { parameters: updated.parameters, buffers: nextBuffers },
    velocities: updated.velocities,
  };
  const finished = { loss: lossValue, mistakes: batchMistakes(logits.dataSync(), input.labels, network.classes) };
  if (Number.isFinite(lossValue)) {
    disposeReplaced(state, next);
    loss.dispose();
    logits.dispose();
    disposeNamed(gradients);
    return { ...finished, state: next };
  }
  const { parameters } = state.network;
  const nonFinite = findNonFinite(network, { images, parameters, buffers: nextBuffers, logits, gradients });
  disposeReplaced(next, state);
  loss.dispose();
  logits.dispose();
  disposeNamed(gradients);
  return { loss: lossValue, nonFinite: nonFinite ?? 'the loss' };
}

function update(
  { network, recipe, state, learningRate, weightDecay }: StepInput,
  gradients: NamedTensors,
): Omit<TrainingState, 'network'> & { parameters: NamedTensors } {
  const names = network.parameters.map(({ name }) => name);
  const { momentum, nesterov, form } = recipe.optimizer;
  const updated = sgdUpdate(
    {
      parameters: names.map((name) => named(state.network.parameters, name)),
      gradients: names.map((name) => named(gradients, name)),
      velocities: names.map((name) => named(state.velocities, name)),
    },
    { learningRate, momentum, nesterov, form, weightDecay },
  );
  return { parameters: zip(names, updated.parameters), velocities: zip(names, updated.velocities) };
}

/** Disposes what `kept` does not share with `replaced`: a network without batch norm returns its buffers unchanged. */
function disposeReplaced(replaced: TrainingState, kept: TrainingState): void {
  const alive = new Set(tensorsOf(kept));
  for (const tensor of tensorsOf(replaced)) if (!alive.has(tensor)) tensor.dispose();
}

function tensorsOf({ network, velocities }: TrainingState): Tensor[] {
  return [network.parameters, network.buffers, velocities].flatMap((tensors) => Object.values(tensors));
}

function named(tensors: NamedTensors, name: string): Tensor {
  const tensor = tensors[name];
  if (tensor === undefined) throw new RangeError(`the network declares ${name}, but its state has no such tensor`);
  return tensor;
}

function zip(names: readonly string[], tensors: readonly Tensor[]): NamedTensors {
  return Object.fromEntries(
    names.map((name, index) => {
      const tensor = tensors[index];
      if (tensor === undefined)
        throw new RangeError(`the update returned ${tensors.length} tensors for ${names.length} parameters`);
      return [name, tensor];
    }),
  );
}
