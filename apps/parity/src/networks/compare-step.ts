import type { ImageClassifier, NamedTensors } from '@resnet-ts/tensor-ops';
import { softmaxCrossEntropy, valueAndGradients } from '@resnet-ts/tensor-ops';
import * as tf from '@tensorflow/tfjs-core';
import type { Tensor } from '@tensorflow/tfjs-core';
import { compareGolden, roundingBound, WINOGRAD_ERROR_GROWTH } from '../golden/compare-golden.js';
import type { Deviation } from '../golden/compare-golden.js';
import type { GoldenTensor, NetworkGolden } from '../golden/golden-types.js';
import { generatedBatch } from './generated-batch.js';
import type { StateGenerator } from './generated-state.js';

/**
 * One forward and backward pass in training form: loss, logits, every parameter gradient, every running statistic.
 *
 * @param fixture the golden's file name, part of the names its samples were drawn under
 */
export function compareStep(
  fixture: string,
  network: ImageClassifier,
  generate: StateGenerator,
  golden: NetworkGolden,
): Deviation[] {
  return tf.tidy(() => {
    const { parameters, buffers } = generate(golden.beta);
    const { images, labels } = generatedBatch(golden, golden.batch);
    const { loss, gradients, auxiliary } = valueAndGradients(parameters, (current) => {
      const result = network.apply(images, { parameters: current, buffers }, { training: true });
      return {
        loss: softmaxCrossEntropy(result.logits, labels),
        auxiliary: { logits: result.logits, ...result.buffers },
      };
    });
    const { logits, ...newBuffers } = auxiliary;
    return [
      ...compareNamed(fixture, '', { loss, logits: logits as Tensor }, { loss: golden.loss, logits: golden.logits }),
      ...compareNamed(fixture, 'buffers/', newBuffers, golden.buffers),
      ...compareNamed(fixture, 'gradients/', gradients, golden.gradients),
    ];
  });
}

/** The logits of the inference form, with running statistics. */
export function compareInference(
  fixture: string,
  network: ImageClassifier,
  generate: StateGenerator,
  golden: NetworkGolden,
): Deviation[] {
  return tf.tidy(() => {
    const state = generate(golden.trainingBeta);
    const { logits } = network.apply(generatedBatch(golden, golden.batch).images, state, { training: false });
    return compareNamed(fixture, '', { inferenceLogits: logits }, { inferenceLogits: golden.inferenceLogits });
  });
}

/**
 * Compares records that must have the same names. Through a whole network rounding errors grow by the conditioning
 * of the layers rather than by a formula, so the floor of the tolerance is what float32 PyTorch shows in the middle
 * of the record; a network of 3×3 convolutions by Winograd may err as many times more as one such convolution.
 */
function compareNamed(
  fixture: string,
  prefix: string,
  actual: NamedTensors,
  golden: Readonly<Record<string, GoldenTensor>>,
): Deviation[] {
  const [ours, theirs] = [Object.keys(actual).sort(), Object.keys(golden).sort()];
  if (ours.join() !== theirs.join()) {
    throw new Error(`expected ${prefix}${theirs.join()} of ${fixture}, received ${ours.join()}`);
  }
  const typical = median(Object.values(golden).map(({ float32Error }) => float32Error));
  const floor = WINOGRAD_ERROR_GROWTH * Math.max(typical, roundingBound(1));
  return Object.entries(golden).map(([name, record]) => {
    const tensor = actual[name] as Tensor;
    return compareGolden(
      `${fixture}/${prefix}${name}`,
      { shape: tensor.shape, values: tensor.dataSync() },
      record,
      floor,
    );
  });
}

function median(values: readonly number[]): number {
  return [...values].sort((a, b) => a - b)[values.length >> 1] ?? 0;
}
