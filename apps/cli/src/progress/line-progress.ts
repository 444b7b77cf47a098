import { formatBytes, formatDuration, formatPercent } from '../format.js';
import { remainingSeconds, type TrainingProgress, type TrainingProgressOptions } from './training-progress.js';

/** One line a log step, for files, pipes and continuous integration. */
export function createLineProgress({ totalSteps, batchSize, stream }: TrainingProgressOptions): TrainingProgress {
  const note = (line: string) => {
    stream.write(`${line}\n`);
  };
  return {
    update: (status) => {
      note(
        `step ${status.step}/${totalSteps}  epoch ${status.epoch.toFixed(2)}  loss ${status.loss.toFixed(4)}  ` +
          `error ${formatPercent(status.error)}  lr ${status.learningRate.toPrecision(3)}  ` +
          `${Math.round(status.imagesPerSecond)} images/s  ${formatBytes(status.residentBytes)}  ` +
          `ETA ${formatDuration(remainingSeconds(status, totalSteps, batchSize))}`,
      );
    },
    note,
    stop: () => undefined,
  };
}
