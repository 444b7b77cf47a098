import { ArgumentError, expected } from '@resnet-ts/tensor-ops';
import * as tf from '@tensorflow/tfjs-core';
import type { Recipe } from '../recipe/recipe-schema.js';
import type { EnvironmentSession } from './environment.js';

/**
 * Refuses a backend that convolves in another way than the recipe says. A backend with several ways tells by a property
 * `convolutionAlgorithm`, as the native one does; one without has a single way, which no recipe can change.
 *
 * @throws ArgumentError
 */
export function checkArithmetic(recipe: Recipe): void {
  const algorithm: unknown = Reflect.get(tf.backend(), 'convolutionAlgorithm');
  if (algorithm === undefined || algorithm === recipe.convolution) return;
  const remedy = 'the recipe says so: call setConvolutionAlgorithm(recipe.convolution) of the backend before training';
  throw new ArgumentError(expected(recipe.convolution, 'the convolution of the backend', algorithm, remedy));
}

/** Details of a session that decide the bits, as the native backend's users record them. */
const DECIDING_DETAILS = { instructionSet: 'instruction set', convolution: 'convolution', precision: 'precision' };

/** What decides the bits and is not as it was in the session before: `backend wasm, was native`, or nothing. */
export function arithmeticChanges(before: EnvironmentSession, now: EnvironmentSession): string[] {
  const pairs = Object.entries(DECIDING_DETAILS).map(([key, name]) => [name, before.details[key], now.details[key]]);
  return [['backend', before.backend, now.backend], ...pairs].flatMap(([name, was, is]) =>
    was === undefined || is === undefined || was === is ? [] : [`${String(name)} ${String(is)}, was ${String(was)}`],
  );
}
