import type { Calibration } from './calibration.js';
import type { Interval } from './wilson-interval.js';
import type { Mistake } from './worst-mistakes.js';

/** What an evaluation found. Errors are fractions, 0–1. */
export interface EvaluationReport {
  readonly examples: number;
  /** Mean cross-entropy, summed in float64; NaN when any logit was. */
  readonly loss: number;
  readonly top1Error: number;
  /** The label is not among the five best classes; 0 by definition for five classes or fewer, NaN rows apart. */
  readonly top5Error: number;
  /** Wilson's 95 % intervals. */
  readonly top1Interval: Interval;
  readonly top5Interval: Interval;
  /** `confusion[actual][predicted]`, in images; images with NaN logits are in no cell. */
  readonly confusion: number[][];
  /** Top-1 error of the images of each class, NaN ones included; NaN for a class without images. */
  readonly perClassError: number[];
  /** Images whose logits held NaN: errors in every figure above. */
  readonly invalid: number;
  /** How confident the network was and how often right, of all images but the invalid ones. */
  readonly calibration: Calibration;
  /** The mistakes with the highest loss, worst first. */
  readonly worstMistakes: readonly Mistake[];
  /** Names of the classes, where they were given. */
  readonly classNames?: readonly string[];
}
