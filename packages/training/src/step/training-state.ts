import {
  disposeNamed,
  initializeNetwork,
  type ImageClassifier,
  type NamedTensors,
  type NetworkState,
} from '@resnet-ts/tensor-ops';
import * as tf from '@tensorflow/tfjs-core';
import { copyState, disposeState } from './average-state.js';

/** Every tensor that one step replaces: the network's state and the optimiser's. */
export interface TrainingState {
  readonly network: NetworkState;
  /** By parameter name; zero before the first step. */
  readonly velocities: NamedTensors;
  /** The average of the network's state, where the recipe asks for one. */
  readonly average?: NetworkState | undefined;
}

/**
 * The state before the first step: weights from the seed, velocities 0, and for an averaging recipe the weights as
 * their own average. The caller disposes it.
 */
export function initialTrainingState(
  network: ImageClassifier,
  seed: number,
  { averaging = false }: { readonly averaging?: boolean } = {},
): TrainingState {
  const state = initializeNetwork(network, { seed });
  return {
    network: state,
    velocities: Object.fromEntries(network.parameters.map(({ name, shape }) => [name, tf.zeros([...shape])])),
    ...(averaging ? { average: copyState(state) } : {}),
  };
}

export function disposeTrainingState({ network, velocities, average }: TrainingState): void {
  disposeState(network);
  disposeNamed(velocities);
  if (average !== undefined) disposeState(average);
}
