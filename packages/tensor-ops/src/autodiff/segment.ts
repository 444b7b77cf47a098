import * as tf from '@tensorflow/tfjs-core';
import type { Tensor } from '@tensorflow/tfjs-core';
import type { Checkpointing } from '../contracts/checkpointing.js';
import { assertCheckpointing } from '../contracts/checkpointing.js';
import type { NamedTensors } from '../contracts/image-classifier.js';
import { UnsupportedError } from '../errors/residual-error.js';
import { attachGradient } from './differentiable.js';
import { activeLocalTape, LocalTape } from './local-tape.js';
import type { Saving } from './local-tape.js';
import { isRecording } from './recording.js';

/** What a segment returns: one tensor to differentiate, and new buffers, which are not differentiated. */
export interface SegmentResult<T extends Tensor = Tensor> {
  readonly y: T;
  readonly buffers: NamedTensors;
}

const SAVING: Record<Checkpointing, Saving> = {
  keep: 'all',
  renormalize: 'not-recomputable',
  checkpoint: 'nothing',
};

/**
 * Runs one or more blocks as a single differentiable operation. Inside, gradients are added up where they lie rather
 * than by tfjs, and `checkpointing` decides what is kept for the backward pass; the bits of all results are the same.
 * Everything made inside is disposed but for the result. Where nothing is recorded (inference) it is `tf.tidy`.
 *
 * Operations of tfjs inside `f` work as they do outside. `f` must be pure: under `checkpoint` it runs twice, with
 * another tensor object for x, and the tensors it takes from around it (parameters, buffers) must live until then.
 * Differentiable are x and those tensors, through `y`; first order only.
 *
 * @param x the tensor that comes from the segment before
 * @param f from x to the result; `buffers` are tensors that are not differentiated, such as new running statistics
 * @throws ArgumentError for another policy; UnsupportedError when a buffer is the output of a differentiable operation;
 *   whatever `f` throws
 * @example
 * const block = basicBlock({ name: 'layer1.0', inputShape: [8, 8, 16], channels: 16, stride: 1, shortcut: 'A' });
 * const { y, buffers } = segment(x, (input) => block.apply(input, state, { training: true }), 'renormalize');
 */
export function segment<X extends Tensor, R extends SegmentResult>(
  x: X,
  f: (x: X) => R,
  checkpointing: Checkpointing = 'keep',
): R {
  assertCheckpointing(checkpointing);
  if (!isRecording()) return inScope(() => f(x));

  // Inside a segment that will run again, a first run saves nothing either.
  const saving = activeLocalTape()?.saving === 'nothing' ? 'nothing' : SAVING[checkpointing];
  const tape = new LocalTape(saving);
  const result = tape.record(() =>
    inScope(() => {
      const made = f(x);
      assertNotDifferentiable(tape, made.buffers);
      return made;
    }),
  );
  const { y } = result;
  if (!tape.produced(y)) {
    tape.dispose();
    return result;
  }
  tape.finish(y);
  const inputs = tape.externalInputs(y);
  if (saving !== 'nothing') {
    const traits = { owned: tape.keptTensors(), takesGradient: true };
    attachGradient(y, inputs, [], (dy) => tape.differentiate(y, dy, inputs), traits);
  } else {
    const gradient = (dy: Tensor, [kept]: readonly Tensor[]): Tensor[] => {
      const again = kept as X;
      const places = inputs.map((input) => (input === x ? again : input));
      return differentiateAgain(again, f, dy, places);
    };
    attachGradient(y, inputs, [x], gradient, { takesGradient: true });
  }
  return result;
}

/** Runs the segment once more, from a kept share of its input, and differentiates that run. */
function differentiateAgain<X extends Tensor>(
  x: X,
  f: (x: X) => SegmentResult,
  dy: Tensor,
  inputs: readonly Tensor[],
): Tensor[] {
  // Whoever checkpoints wants the least memory, in the second run too.
  const tape = new LocalTape('not-recomputable');
  // The scope disposes what this run made but the tape does not need: its y and its buffers, those of the first run
  // being the ones that count.
  const y = tf.tidy(() => {
    const again = tape.record(() => f(x));
    tape.finish(again.y);
    return { output: again.y };
  }).output;
  y.dispose();
  return tape.differentiate(y, dy, inputs);
}

function assertNotDifferentiable(tape: LocalTape, buffers: NamedTensors): void {
  const wrong = Object.entries(buffers).find(([, tensor]) => tape.produced(tensor));
  if (wrong === undefined) return;
  throw new UnsupportedError(
    `expected buffers without a gradient from a segment, ${wrong[0]} has one, which would be lost; return it as y`,
  );
}

/** `tf.tidy` for a result with fields that are not tensors or containers of them to its types. */
function inScope<R extends SegmentResult>(f: () => R): R {
  let result: R | undefined;
  tf.tidy(() => {
    result = f();
    return { y: result.y, buffers: { ...result.buffers } };
  });
  return result as R;
}
