import type { Schedule } from '../recipe/schedule-schema.js';
import { warmupOf, warmupSteps } from './schedule-state.js';

/**
 * What of a schedule a run of this length never reaches: a warning rather than an error, because a recipe that is cut
 * short to try it out must still run.
 *
 * @param totalSteps length of the run in steps
 *
 * @example
 * scheduleWarnings({ kind: 'step', rate: 0.1, boundaries: [10, 20], factor: 0.1 }, 15);
 * // ['the run ends after 15 steps: the learning rate does not fall at step 20']
 */
export function scheduleWarnings(schedule: Schedule, totalSteps: number): string[] {
  const ends = `the run ends after ${totalSteps} steps`;
  const warmup = warmupSteps(warmupOf(schedule));
  const missed = schedule.kind === 'step' ? schedule.boundaries.filter((boundary) => boundary >= totalSteps) : [];
  return [
    ...(warmup >= totalSteps ? [`${ends}: the learning rate does not get past its warm-up of ${warmup} steps`] : []),
    ...(missed.length > 0
      ? [`${ends}: the learning rate does not fall at step${missed.length === 1 ? '' : 's'} ${missed.join(', ')}`]
      : []),
  ];
}
