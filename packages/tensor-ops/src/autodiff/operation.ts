import type { Tensor } from '@tensorflow/tfjs-core';

/** Given to a gradient function inside a segment, where dy is nobody else's and may be overwritten. */
export interface GradientMemory {
  /**
   * For an operation that declares `accumulates`: the gradient that this input has already. The function must add its own
   * to it, and may overwrite it.
   */
  readonly sum: Tensor | undefined;
}

/** From dy and the saved tensors to one gradient for each input, in order. */
export type GradientFunction<T extends Tensor = Tensor> = (
  dy: T,
  saved: readonly Tensor[],
  memory?: GradientMemory,
) => readonly Tensor[];

/** What an operation can do beyond a plain gradient. */
export interface OperationTraits {
  /** Inside a segment: index of the input whose gradient the function can add to the one there is, saving an addition. */
  readonly accumulates?: number;
  /** Inside a segment: how the output is made again, bit for bit, by one elementwise pass over other tensors. */
  readonly recompute?: {
    readonly from: readonly Tensor[];
    readonly run: (from: readonly Tensor[]) => Tensor;
  };
  /** Tensors the operation keeps for its gradient by itself; disposed with the tape when no gradient is asked for. */
  readonly owned?: readonly Tensor[];
  /** The gradient function takes over dy, and disposes it as soon as it can. */
  readonly takesGradient?: boolean;
}

/** A differentiable operation as it is recorded. */
export interface Operation extends OperationTraits {
  readonly output: Tensor;
  readonly inputs: readonly Tensor[];
  readonly saved: readonly Tensor[];
  readonly gradient: GradientFunction;
}
