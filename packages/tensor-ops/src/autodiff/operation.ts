import type { Tensor } from '@tensorflow/tfjs-core';

/**
 * From dy and the saved tensors to one gradient for each input, in order. `sum` is given to an operation that declares
 * `accumulates`: the gradient that this input has already, which the function must add its own to.
 */
export type GradientFunction<T extends Tensor = Tensor> = (
  dy: T,
  saved: readonly Tensor[],
  sum?: Tensor,
) => readonly Tensor[];

/** What an operation can do beyond a plain gradient; used inside a segment, ignored on the tape of tfjs. */
export interface OperationTraits {
  /** Index of the input whose gradient the function can add to the one there is already, saving tfjs's Add. */
  readonly accumulates?: number;
  /** How the output is made again, bit for bit, by one elementwise pass over other tensors. */
  readonly recompute?: {
    readonly from: readonly Tensor[];
    readonly run: (from: readonly Tensor[]) => Tensor;
  };
  /** Tensors the operation keeps for its gradient by itself; disposed with the tape when no gradient is asked for. */
  readonly owned?: readonly Tensor[];
}

/** A differentiable operation as it is recorded. */
export interface Operation extends OperationTraits {
  readonly output: Tensor;
  readonly inputs: readonly Tensor[];
  readonly saved: readonly Tensor[];
  readonly gradient: GradientFunction;
}
