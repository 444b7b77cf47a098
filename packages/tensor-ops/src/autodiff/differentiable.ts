import * as tf from '@tensorflow/tfjs-core';
import type { Tensor } from '@tensorflow/tfjs-core';
import { activeLocalTape } from './local-tape.js';
import type { GradientFunction, Operation, OperationTraits } from './operation.js';
import { isRecording } from './recording.js';
import { shareTensor } from './share-tensor.js';

/**
 * For each output recorded here, the gradients that operations of this package have handed to tfjs for it. tfjs adds
 * them up and keeps every summand until the backward pass ends; once the operation that made the tensor has its sum,
 * the summands are dead, and for a 1202-layer network they would be gigabytes. Parameters have no entry.
 */
const handedOver = new WeakMap<Tensor, Tensor[]>();

/**
 * Disposes `dy` of `output` and its summands. Safe because a gradient handed over by this package is a fresh tensor
 * object that only tfjs's sum refers to: if there is at least one, `dy` is either that very tensor or a sum that
 * tfjs made. With none, `dy` comes from elsewhere (the caller, another library) and may be shared: it is left alone.
 */
function disposeGradientOf(output: Tensor, dy: Tensor): void {
  const summands = handedOver.get(output);
  if (summands === undefined || summands.length === 0) return;
  handedOver.delete(output);
  dy.dispose();
  for (const summand of summands) summand.dispose();
}

/**
 * Attaches a gradient to a tensor already computed, and returns that very tensor. Does nothing unless tfjs is
 * recording. Inside a segment the operation goes onto the segment's own tape, else onto that of tfjs.
 *
 * Memory: tfjs would keep `saved` and every gradient until the whole backward pass is over. Here they go as soon as
 * they have been used. Therefore `gradient` must return fresh tensor objects: never `dy`, never an element of `saved`,
 * never the same object twice; `tf.clone` makes a fresh object without a copy. First-order differentiation only.
 *
 * @param output the value of the operation
 * @param inputs what it is differentiated by
 * @param saved tensors the gradient needs; a reference to each is kept, so the caller may dispose its own
 * @param gradient from dy (shape of output) and the saved tensors to one gradient per input, in order
 */
export function attachGradient<T extends Tensor>(
  output: T,
  inputs: readonly Tensor[],
  saved: readonly Tensor[],
  gradient: GradientFunction<T>,
  traits: OperationTraits = {},
): T {
  if (!isRecording()) return output;
  // `gradient` is only ever called with the gradient of `output`, which has its rank.
  const operation: Operation = { output, inputs, saved, gradient: gradient as GradientFunction, ...traits };
  const tape = activeLocalTape();
  if (tape === undefined) putOnTapeOfTfjs(operation);
  else tape.add(operation);
  return output;
}

function putOnTapeOfTfjs({ output, inputs, saved, gradient, owned = [], takesGradient }: Operation): void {
  handedOver.set(output, []);
  // Not tf.customGrad's own `save`, which puts a node on the tape for every tensor saved: tfjs searches the whole tape
  // for each parameter before it differentiates, and that search was half of all JavaScript time at 100 operations.
  const kept = saved.map((tensor) => tf.keep(shareTensor(tensor)));
  const gradFunc = (dy: Tensor): Tensor[] => {
    // A share, and the last one where dy is ours to dispose.
    const given = takesGradient === true ? shareTensor(dy) : dy;
    if (given !== dy) disposeGradientOf(output, dy);
    const gradients = [...gradient(given, kept)];
    if (given === dy) disposeGradientOf(output, dy);
    for (const tensor of kept) tensor.dispose();
    inputs.forEach((input, index) => {
      const handed = gradients[index];
      if (handed !== undefined) handedOver.get(input)?.push(handed);
    });
    return gradients;
  };
  tf.customGrad(() => ({ value: output, gradFunc }))(...inputs);
  // As with `save`, tfjs disposes them after a backward pass that did not come by here.
  tf.engine()
    .state.activeTape.at(-1)
    ?.saved?.push(...kept, ...owned);
}
