import {
  disposeNamed,
  initializeNetwork,
  type ImageClassifier,
  type NamedTensors,
  type NetworkState,
} from '@resnet-ts/tensor-ops';
import * as tf from '@tensorflow/tfjs-core';

/** Every tensor that one step replaces: the network's state and the optimiser's. */
export interface TrainingState {
  readonly network: NetworkState;
  /** By parameter name; zero before the first step. */
  readonly velocities: NamedTensors;
}

/** The state before the first step: weights from the seed, velocities 0. The caller disposes it. */
export function initialTrainingState(network: ImageClassifier, seed: number): TrainingState {
  return {
    network: initializeNetwork(network, { seed }),
    velocities: Object.fromEntries(network.parameters.map(({ name, shape }) => [name, tf.zeros([...shape])])),
  };
}

export function disposeTrainingState({ network, velocities }: TrainingState): void {
  disposeNamed(network.parameters);
  disposeNamed(network.buffers);
  disposeNamed(velocities);
}
