import type { ImageClassifier, NamedTensors, NetworkState } from '@resnet-ts/tensor-ops';
import { disposeNamed, sgdUpdate, softmaxCrossEntropy, valueAndGradients } from '@resnet-ts/tensor-ops';
import * as tf from '@tensorflow/tfjs-core';
import type { Tensor } from '@tensorflow/tfjs-core';
import { ERROR_MULTIPLE, roundingBound, WINOGRAD_ERROR_GROWTH } from '../golden/compare-golden.js';
import type { Deviation } from '../golden/compare-golden.js';
import type { NetworkGolden, TrainingGolden } from '../golden/golden-types.js';
import { generatedBatch } from './generated-batch.js';
import type { StateGenerator } from './generated-state.js';

/** Trains on one batch for as many steps as the golden has, and compares the loss before each step. */
export function compareTraining(
  fixture: string,
  network: ImageClassifier,
  generate: StateGenerator,
  golden: NetworkGolden,
  training: TrainingGolden,
): Deviation[] {
  const losses = trainingLosses(network, generate, golden, training);
  return training.losses.map((truth, step) => ({
    name: `${fixture}/${training.name}/loss of step ${step + 1}`,
    error: Math.abs((losses[step] ?? NaN) - truth) / truth,
    // Errors of earlier steps live on in the weights: PyTorch's largest so far is the measure.
    tolerance:
      ERROR_MULTIPLE * WINOGRAD_ERROR_GROWTH * Math.max(...training.float32Errors.slice(0, step + 1), roundingBound(1)),
    float32Error: training.float32Errors[step] ?? 0,
  }));
}

function trainingLosses(
  network: ImageClassifier,
  generate: StateGenerator,
  golden: NetworkGolden,
  training: TrainingGolden,
): number[] {
  const batch = generatedBatch(golden, golden.trainingBatch);
  let state = generate(golden.trainingBeta);
  let velocities = network.parameters.map(({ shape }): Tensor => tf.zeros([...shape]));
  const losses: number[] = [];
  for (const learningRate of training.learningRates) {
    const step = tf.tidy(() => {
      const { loss, gradients, auxiliary } = valueAndGradients(state.parameters, (parameters) => {
        const { logits, buffers } = network.apply(batch.images, { ...state, parameters }, { training: true });
        return { loss: softmaxCrossEntropy(logits, batch.labels), auxiliary: buffers };
      });
      losses.push(loss.dataSync()[0] ?? NaN);
      return { ...update(network, state, gradients, velocities, training, learningRate), buffers: auxiliary };
    });
    disposeState(state, velocities);
    state = { parameters: step.parameters, buffers: step.buffers };
    velocities = step.velocities;
  }
  disposeState(state, velocities);
  tf.dispose([batch.images, batch.labels]);
  return losses;
}

function update(
  network: ImageClassifier,
  state: NetworkState,
  gradients: NamedTensors,
  velocities: readonly Tensor[],
  { form, nesterov, momentum, decay, weightDecay }: TrainingGolden,
  learningRate: number,
): { parameters: NamedTensors; velocities: Tensor[] } {
  const names = network.parameters.map(({ name }) => name);
  const inOrder = (tensors: NamedTensors): Tensor[] => names.map((name) => tensors[name] as Tensor);
  const updated = sgdUpdate(
    { parameters: inOrder(state.parameters), gradients: inOrder(gradients), velocities },
    {
      learningRate,
      momentum,
      nesterov,
      form,
      weightDecay: network.parameters.map(({ shape }) => (decay === 'all' || shape.length > 1 ? weightDecay : 0)),
    },
  );
  return {
    parameters: Object.fromEntries(names.map((name, index) => [name, updated.parameters[index] as Tensor])),
    velocities: updated.velocities,
  };
}

function disposeState({ parameters, buffers }: NetworkState, velocities: readonly Tensor[]): void {
  disposeNamed(parameters);
  disposeNamed(buffers);
  tf.dispose([...velocities]);
}
