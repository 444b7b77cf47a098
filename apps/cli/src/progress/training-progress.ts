import type { StepReport } from '@resnet-ts/training';

/** Shows the steps of a training to whoever waits for it. */
export interface TrainingProgress {
  update(report: StepReport): void;
  /** A line that stays, such as the result of an evaluation. */
  note(line: string): void;
  /** Leaves the terminal as a shell expects it. May be called twice. */
  stop(): void;
}

/** What both kinds of progress need to know from the start. */
export interface TrainingProgressOptions {
  /** Steps done before this process began. */
  readonly firstStep: number;
  /** Steps of the whole run. */
  readonly totalSteps: number;
  readonly logEverySteps: number;
  readonly stream: NodeJS.WriteStream;
}
