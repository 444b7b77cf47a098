import { createBarProgress } from './bar-progress.js';
import { createLineProgress } from './line-progress.js';
import type { TrainingProgress, TrainingProgressOptions } from './training-progress.js';

/** A bar where a person watches, plain lines everywhere else. */
export function createProgress(options: Omit<TrainingProgressOptions, 'stream'>): TrainingProgress {
  const stream = process.stderr;
  return stream.isTTY ? createBarProgress({ ...options, stream }) : createLineProgress({ ...options, stream });
}
