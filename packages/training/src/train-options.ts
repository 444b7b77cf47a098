import type { BatchSource, ImageClassifier, NetworkState } from '@resnet-ts/tensor-ops';
import type { Recipe } from './recipe/recipe-schema.js';
import type { EvaluationSummary } from './run/evaluation-file.js';
import type { MemoryUse } from './run/metrics-schema.js';

/** What is known after each step. */
export interface StepReport {
  /** Steps done, of `totalSteps`. */
  readonly step: number;
  readonly totalSteps: number;
  /** Epochs done, a fraction. */
  readonly epoch: number;
  readonly learningRate: number;
  /** Of this step's batch. */
  readonly loss: number;
  /** Wrong predictions in this step's batch, 0–1. */
  readonly error: number;
  /** Over the last steps, data loading included. */
  readonly imagesPerSecond: number;
  /** Seconds of training left at that speed. */
  readonly etaSeconds: number;
  readonly memory: MemoryUse;
}

/** Told as training goes; awaited, so that a slow one slows training. An error thrown by one stops it. */
export interface TrainingCallbacks {
  onStart?(start: {
    readonly runFolder: string;
    readonly step: number;
    readonly totalSteps: number;
    readonly checkpoint: string | undefined;
  }): void | Promise<void>;
  onStep?(report: StepReport): void | Promise<void>;
  onCheckpoint?(checkpoint: { readonly path: string; readonly step: number }): void | Promise<void>;
  onEvaluation?(result: {
    readonly step: number;
    readonly epoch: number;
    readonly evaluation: EvaluationSummary;
  }): void | Promise<void>;
  /** Something the user should know that does not stop training: a damaged checkpoint passed over, for example. */
  onWarning?(message: string): void | Promise<void>;
}

export interface TrainOptions {
  readonly network: ImageClassifier;
  readonly recipe: Recipe;
  /** Training batches; the same source for the same recipe, or a resumed run is refused. */
  readonly batches: BatchSource;
  /** Created if it does not exist. A new run needs a folder without a run in it. */
  readonly runFolder: string;
  /**
   * `latest`: from the newest good checkpoint, with a warning for each damaged one passed over, or from the beginning
   * where none was written yet. A path: from that checkpoint, or an error that offers an earlier one. Absent: a new run.
   */
  readonly resume?: string | undefined;
  readonly callbacks?: TrainingCallbacks | undefined;
  /** Aborted: the step under way is finished, a checkpoint written, and the result says `signal`. */
  readonly signal?: AbortSignal | undefined;
  /**
   * Parameters of a new run that begin with these values, by name, row-major: those that the recipe's `initialization`
   * names, as measured on the training images. A resumed run needs none.
   */
  readonly initialValues?: Readonly<Record<string, Float32Array>> | undefined;
  /** Called between steps as the recipe asks, and after the last one. It must leave `state` as it is. */
  readonly evaluate?:
    | ((state: NetworkState, at: { readonly step: number; readonly epoch: number }) => Promise<EvaluationSummary>)
    | undefined;
  /** Stops, with a checkpoint, once this many steps of the run are done. The schedule stays that of the whole run. */
  readonly maximumSteps?: number | undefined;
  /** Written into `environment.json`: threads, instruction set and the like. */
  readonly environment?: Readonly<Record<string, unknown>> | undefined;
}

export interface TrainingResult {
  readonly stopped: 'finished' | 'signal' | 'maximum-steps';
  /** Steps done, of `totalSteps`. */
  readonly step: number;
  readonly totalSteps: number;
  /** The trained network, as the average of its states where the recipe asks for one. The caller disposes its tensors. */
  readonly state: NetworkState;
  /** The folder of the checkpoint that holds this state. */
  readonly checkpoint: string;
  /** Training time of the whole run, evaluation and checkpoints left out. */
  readonly seconds: number;
  /** Over this call; 0 when no step was left to do. */
  readonly imagesPerSecond: number;
  /** The part of this call's training time in which it waited for batches, 0–1. */
  readonly waiting: number;
  /** What `evaluate` returned after the last step, if it ran there. */
  readonly evaluation: EvaluationSummary | undefined;
}
