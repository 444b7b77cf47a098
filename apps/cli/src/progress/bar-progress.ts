import { SingleBar } from 'cli-progress';
import { formatBytes, formatDuration, formatPercent } from '../format.js';
import type { TrainingProgress, TrainingProgressOptions } from './training-progress.js';

const unknown = { loss: '-', error: '-', rate: '-', memory: '-', left: '-:--' };

/** Weight of the newest step in the loss and error shown: single batches jump too much to be read. */
const newest = 0.05;

/** A bar that redraws itself, for a terminal. Lines that stay are written above it. */
export function createBarProgress({ firstStep, totalSteps, stream }: TrainingProgressOptions): TrainingProgress {
  const bar = new SingleBar({
    stream,
    format: '{bar} {value}/{total}  loss {loss}  error {error}  {rate} images/s  {memory}  ETA {left}',
    barCompleteChar: '█',
    barIncompleteChar: '░',
    barsize: 24,
    fps: 4,
    hideCursor: true,
    // Where lines are noted, the bar is cleared and drawn again below them.
    clearOnComplete: true,
    // Signals are ours: a first Ctrl-C has to leave time for a checkpoint.
    gracefulExit: false,
  });
  let payload: typeof unknown = unknown;
  let step = firstStep;
  let loss: number | undefined;
  let error: number | undefined;
  const start = () => {
    bar.start(totalSteps, step, payload);
  };
  start();
  return {
    update: (report) => {
      step = report.step;
      loss = loss === undefined ? report.loss : loss + newest * (report.loss - loss);
      error = error === undefined ? report.error : error + newest * (report.error - error);
      payload = {
        loss: loss.toFixed(4),
        error: formatPercent(error),
        rate: String(Math.round(report.imagesPerSecond)),
        memory: formatBytes(report.memory.residentBytes),
        left: formatDuration(report.etaSeconds),
      };
      bar.update(step, payload);
    },
    note: (line) => {
      bar.stop();
      stream.write(`${line}\n`);
      start();
    },
    stop: () => {
      bar.stop();
    },
  };
}
