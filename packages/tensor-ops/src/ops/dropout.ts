import * as tf from '@tensorflow/tfjs-core';
import type { Tensor } from '@tensorflow/tfjs-core';
import { attachGradient } from '../autodiff/differentiable.js';
import { withoutRecording } from '../autodiff/recording.js';
import type { StepRandomness } from '../contracts/step-randomness.js';
import { expected } from '../errors/expected.js';
import { ArgumentError } from '../errors/residual-error.js';
import { createCounterRandom } from '../random/counter-random.js';
import { assertTensor } from '../shape/assert-tensor.js';
import { assertNumber } from '../shape/assert-value.js';

export interface DropoutOptions {
  /** Probability with which a value is dropped: from 0, below 1. */
  readonly rate: number;
  /** Name of the layer: layers of one step drop independently. */
  readonly name: string;
  readonly randomness: StepRandomness;
}

/** `count` factors, 0 with probability `rate`, else 1 / (1 − rate), so that the mean stays. */
function keptFactors(purpose: string, count: number, { rate, name, randomness }: DropoutOptions): Float32Array {
  assertNumber(rate, 'rate', 0, 1);
  if (rate === 1) throw new ArgumentError(expected('a number below 1', 'rate', rate, 'nothing would be left'));
  const { seed, step } = randomness;
  const random = createCounterRandom({ seed, purpose: `${purpose}:${name}`, epoch: step });
  const kept = 1 / (1 - rate);
  return Float32Array.from({ length: count }, (_, index) => (random.uniform(index) < rate ? 0 : kept));
}

function timesConstant<T extends Tensor>(x: T, values: Float32Array, shape: readonly number[]): T {
  const factors = withoutRecording(() => tf.tensor(values, [...shape], 'float32'));
  const y = withoutRecording(() => tf.mul<T>(x, factors));
  attachGradient(y, [x], [factors], (dy, [saved]) => [withoutRecording(() => tf.mul(dy, saved as Tensor))]);
  factors.dispose();
  return y;
}

/**
 * Dropout: each value is 0 with probability `rate`, and 1 / (1 − rate) times itself otherwise, so inference needs
 * nothing. Which ones is a pure function of seed, step, name and position.
 *
 * @param x float32, any shape
 * @throws ShapeError when x is not a float32 tensor; ArgumentError for a rate outside [0, 1) or bad randomness
 * @example
 * dropout(tf.ones([2, 64]), { rate: 0.25, name: 'fc', randomness: { seed: 1, step: 0 } });
 */
export function dropout<T extends Tensor>(x: T, options: DropoutOptions): T {
  assertTensor(x, 'x', 'of any shape', x?.rank ?? 0);
  return timesConstant(x, keptFactors('dropout', x.size, options), x.shape);
}

/**
 * Stochastic depth (arXiv 1603.09382) in training: the branch of a block, dropped for each image with probability
 * `rate`, and 1 / (1 − rate) times itself otherwise. The paper drops for the whole batch and scales at inference
 * instead; the expectation is the same, and like this inference is the plain network.
 *
 * @param x `[N, ...]` float32
 * @throws ShapeError when x has no batch or is not float32; ArgumentError for a rate outside [0, 1) or bad randomness
 * @example
 * dropExamples(tf.ones([4, 2, 2, 8]), { rate: 0.5, name: 'layer1.0', randomness: { seed: 1, step: 0 } });
 */
export function dropExamples<T extends Tensor>(x: T, options: DropoutOptions): T {
  assertTensor(x, 'x', '[N, ...]', Math.max(1, x?.rank ?? 1));
  const [batch = 0, ...rest] = x.shape;
  return timesConstant(x, keptFactors('stochastic-depth', batch, options), [batch, ...rest.map(() => 1)]);
}
