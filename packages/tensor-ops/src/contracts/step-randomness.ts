/**
 * Where a training step takes its chances from: stochastic depth and dropout. Both are pure functions of these numbers,
 * of the layer's name and of the place in the batch, so a run that is resumed at a step makes the same choices.
 */
export interface StepRandomness {
  /** The run's seed: an integer from 0 to 2^53 − 1. */
  readonly seed: number;
  /** Steps taken before this one: an integer from 0 to 2^32 − 1. */
  readonly step: number;
}
