import { formatBytes, formatDuration, formatPercent } from '../format.js';
import type { TrainingProgress, TrainingProgressOptions } from './training-progress.js';

/**
 * One line every log step, for files, pipes and continuous integration. Loss and error are means since the line
 * before, as in `metrics.jsonl`.
 */
export function createLineProgress(options: Omit<TrainingProgressOptions, 'firstStep'>): TrainingProgress {
  const { totalSteps, logEverySteps, stream } = options;
  const note = (line: string) => {
    stream.write(`${line}\n`);
  };
  let steps = 0;
  let loss = 0;
  let error = 0;
  return {
    update: (report) => {
      steps += 1;
      loss += report.loss;
      error += report.error;
      if (report.step % logEverySteps !== 0 && report.step !== totalSteps) return;
      note(
        `step ${report.step}/${totalSteps}  epoch ${report.epoch.toFixed(2)}  loss ${(loss / steps).toFixed(4)}  ` +
          `error ${formatPercent(error / steps)}  lr ${report.learningRate.toPrecision(3)}  ` +
          `${Math.round(report.imagesPerSecond)} images/s  ${formatBytes(report.memory.residentBytes)}  ` +
          `ETA ${formatDuration(report.etaSeconds)}`,
      );
      steps = loss = error = 0;
    },
    note,
    stop: () => undefined,
  };
}
