/** Where a training stands after a step. */
export interface TrainingStatus {
  /** Steps done, of the whole run. */
  readonly step: number;
  readonly epoch: number;
  readonly learningRate: number;
  readonly loss: number;
  /** Fraction 0–1 of the training images in the last steps that were wrong. */
  readonly error: number;
  readonly imagesPerSecond: number;
  /** Resident memory of the process. */
  readonly residentBytes: number;
}

/** Shows a training to whoever waits for it. */
export interface TrainingProgress {
  update(status: TrainingStatus): void;
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
  readonly batchSize: number;
  readonly stream: NodeJS.WriteStream;
}

/** Seconds that the steps left will take at the speed of the last ones. */
export function remainingSeconds({ step, imagesPerSecond }: TrainingStatus, total: number, batchSize: number): number {
  return ((total - step) * batchSize) / imagesPerSecond;
}
