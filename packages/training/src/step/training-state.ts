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

export interface InitialStateOptions {
  /** Default false. */
  readonly averaging?: boolean;
  /** Parameters that do not begin with random values; checked by the caller. Default none. */
  readonly initialValues?: Readonly<Record<string, Float32Array>>;
}

/**
 * The state before the first step: weights from the seed, velocities 0, and for an averaging recipe the weights as
 * their own average. The caller disposes it.
 */
export function initialTrainingState(
  network: ImageClassifier,
  seed: number,
  { averaging = false, initialValues = {} }: InitialStateOptions = {},
): TrainingState {
  const state = withValues(initializeNetwork(network, { seed }), initialValues);
  return {
    network: state,
    velocities: Object.fromEntries(network.parameters.map(({ name, shape }) => [name, tf.zeros([...shape])])),
    ...(averaging ? { average: copyState(state) } : {}),
  };
}

/** Disposes the parameters that it replaces. */
function withValues(
  { parameters, buffers }: NetworkState,
  values: Readonly<Record<string, Float32Array>>,
): NetworkState {
  const measured = Object.entries(values).map(([name, own]) => {
    const random = parameters[name];
    const tensor = tf.tensor(own, random?.shape, 'float32');
    random?.dispose();
    return [name, tensor] as const;
  });
  return { parameters: { ...parameters, ...Object.fromEntries(measured) }, buffers };
}

export function disposeTrainingState({ network, velocities, average }: TrainingState): void {
  disposeState(network);
  disposeNamed(velocities);
  if (average !== undefined) disposeState(average);
}
