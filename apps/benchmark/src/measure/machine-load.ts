import { cpus } from 'node:os';
import { setTimeout } from 'node:timers/promises';

/** Above this a time says more about the other programs than about the contender. */
export const BUSY_FRACTION = 0.1;

/** Milliseconds since the machine started, added up over processors. */
export interface ProcessorTimes {
  readonly busy: number;
  readonly idle: number;
}

export function processorTimes(): ProcessorTimes {
  let [busy, idle] = [0, 0];
  for (const { times } of cpus()) {
    busy += times.user + times.nice + times.sys + times.irq;
    idle += times.idle;
  }
  return { busy, idle };
}

/** The share of all processors that was busy between two readings, 0 to 1. */
export function busyFraction(before: ProcessorTimes, after: ProcessorTimes): number {
  const busy = after.busy - before.busy;
  const all = busy + after.idle - before.idle;
  return all > 0 ? busy / all : 0;
}

/**
 * The share of the machine that other programs use, watched for `milliseconds` while every contender is stopped. The
 * load average is no use here: it still counts what the contenders did a minute ago.
 */
export async function watchLoad(milliseconds = 1000): Promise<number> {
  const before = processorTimes();
  await setTimeout(milliseconds);
  return busyFraction(before, processorTimes());
}
