import type { ImageClassifier, NamedTensors } from '@resnet-ts/tensor-ops';
import type { Tensor } from '@tensorflow/tfjs-core';

/** Everything one step saw and made, for the search for the first value that is not a number. */
export interface StepTensors {
  readonly images: Tensor;
  readonly parameters: NamedTensors;
  /** Running statistics after the step: not finite where the activations of their layer were not. */
  readonly buffers: NamedTensors;
  /** Of each part of the batch. */
  readonly logits: readonly Tensor[];
  readonly gradients: NamedTensors;
}

/**
 * Names the first place at which a NaN or an infinity can be seen, in the order of computation: images, parameters,
 * activations (seen through the batch statistics of each layer), logits, and gradients from the last layer to the
 * first; undefined where everything is finite.
 */
export function findNonFinite(network: ImageClassifier, tensors: StepTensors): string | undefined {
  const parameterNames = network.parameters.map(({ name }) => name);
  const candidates: readonly (readonly [string, Tensor | undefined])[] = [
    ['the images', tensors.images],
    ...parameterNames.map((name) => [`parameter ${name}`, tensors.parameters[name]] as const),
    ...network.buffers.map(
      ({ name }) => [`the activations at ${layerOf(name)} (${name})`, tensors.buffers[name]] as const,
    ),
    ...tensors.logits.map((logits) => ['the logits', logits] as const),
    ...[...parameterNames].reverse().map((name) => [`the gradient of ${name}`, tensors.gradients[name]] as const),
  ];
  return candidates.find(([, tensor]) => tensor !== undefined && !isFiniteTensor(tensor))?.[0];
}

/** The name of the first tensor that holds a value that is not finite, or undefined. */
export function firstNonFiniteName(tensors: NamedTensors): string | undefined {
  return Object.entries(tensors).find(([, tensor]) => !isFiniteTensor(tensor))?.[0];
}

function isFiniteTensor(tensor: Tensor): boolean {
  return tensor.dataSync().every((value) => Number.isFinite(value));
}

function layerOf(bufferName: string): string {
  return bufferName.slice(0, bufferName.lastIndexOf('.'));
}
