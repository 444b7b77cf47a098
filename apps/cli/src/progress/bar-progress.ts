import { SingleBar } from 'cli-progress';
import { formatBytes, formatDuration, formatPercent } from '../format.js';
import { remainingSeconds, type TrainingProgress, type TrainingProgressOptions } from './training-progress.js';

const unknown = { loss: '-', error: '-', rate: '-', memory: '-', left: '-:--' };

/** A bar that redraws itself, for a terminal. Lines that stay are written above it. */
export function createBarProgress(options: TrainingProgressOptions): TrainingProgress {
  const { firstStep, totalSteps, batchSize, stream } = options;
  const bar = new SingleBar({
    stream,
    format: '{bar} {value}/{total}  loss {loss}  error {error}  {rate} images/s  {memory}  ETA {left}',
    barCompleteChar: '█',
    barIncompleteChar: '░',
    barsize: 24,
    fps: 4,
    hideCursor: true,
    // Signals are ours: a first Ctrl-C has to leave time for a checkpoint.
    gracefulExit: false,
  });
  let payload: typeof unknown = unknown;
  let step = firstStep;
  const start = () => {
    bar.start(totalSteps, step, payload);
  };
  start();
  return {
    update: (status) => {
      step = status.step;
      payload = {
        loss: status.loss.toFixed(4),
        error: formatPercent(status.error),
        rate: String(Math.round(status.imagesPerSecond)),
        memory: formatBytes(status.residentBytes),
        left: formatDuration(remainingSeconds(status, totalSteps, batchSize)),
      };
      bar.update(step, payload);
    },
    note: (line) => {
      bar.stop();
      stream.moveCursor(0, -1);
      stream.clearLine(0);
      stream.write(`${line}\n`);
      start();
    },
    stop: () => {
      bar.stop();
    },
  };
}
