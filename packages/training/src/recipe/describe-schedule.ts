import type { Schedule, ScheduleOf, Warmup } from './schedule-schema.js';

/**
 * A schedule in words.
 *
 * @example
 * describeSchedule({ kind: 'step', rate: 0.1, boundaries: [32000], factor: 0.1 }); // 0.1, times 0.1 at steps 32000
 */
export function describeSchedule(schedule: Schedule): string {
  switch (schedule.kind) {
    case 'step': {
      const { rate, boundaries, factor } = schedule;
      const drops = boundaries.length === 0 ? '' : `, times ${factor} at steps ${boundaries.join(', ')}`;
      return `${describeWarmup(schedule.warmup)}${rate}${drops}`;
    }
    case 'triangular':
      return `up to ${schedule.peak} over the first ${percent(schedule.warmupFraction)} of the steps, then down to ${schedule.peak * schedule.finalFraction}`;
    case 'one-cycle': {
      const { peak, startFraction, finalFraction, warmupFraction, anneal } = schedule;
      const shape = anneal === 'cosine' ? 'half cosines' : 'straight lines';
      return `from ${rounded(peak * startFraction)} up to ${peak} over the first ${percent(warmupFraction)} of the steps, then down to ${rounded(peak * finalFraction)}, in ${shape}`;
    }
    case 'cosine':
      return `${describeWarmup(schedule.warmup)}half a cosine from ${schedule.rate} to ${schedule.finalRate}`;
    case 'poly':
      return `${describeWarmup(schedule.warmup)}from ${schedule.rate} to ${schedule.finalRate} as (1 − part done)^${schedule.power}`;
    case 'plateau':
      return `${describeWarmup(schedule.warmup)}${describePlateau(schedule)}`;
  }
}

function describePlateau(schedule: ScheduleOf<'plateau'>): string {
  const { rate, factor, metric, patience, threshold, cooldown, minimumRate } = schedule;
  const by = threshold === 0 ? '' : ` by ${percent(threshold)} of the best`;
  const evaluations = `${patience} evaluation${patience === 1 ? '' : 's'}`;
  const name = metric === 'loss' ? 'the evaluation loss' : 'the top-1 error';
  const rest = `${cooldown === 0 ? '' : `, not counting ${cooldown} after a fall`}, never below ${minimumRate}`;
  return `${rate}, times ${factor} when more than ${evaluations} in a row did not improve ${name}${by}${rest}`;
}

function describeWarmup(warmup: Warmup | undefined): string {
  switch (warmup?.kind) {
    case 'linear':
      return `rising from ${warmup.from} over ${warmup.steps} steps, then `;
    case 'constant':
      return `${warmup.rate} for ${warmup.steps} steps, then `;
    case 'until-error':
      return `${warmup.rate} until the error of the last ${warmup.window} batches is below ${warmup.error * 100} %, then `;
    case undefined:
      return '';
  }
}

function percent(fraction: number): string {
  return `${rounded(fraction * 100)} %`;
}

/** 0.04 · 0.1 is 0.004000000000000001. */
function rounded(value: number): number {
  return Number(value.toPrecision(6));
}
