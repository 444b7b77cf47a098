import { cpus, release, totalmem } from 'node:os';
import type { Rounds } from '../measure/interleave.js';
import { BUSY_FRACTION } from '../measure/machine-load.js';
import { summarize } from '../measure/statistics.js';
import type { Summary } from '../measure/statistics.js';
import type { StepSettings } from '../step-settings.js';

export interface ContenderResult {
  readonly name: string;
  /** What it says of itself: versions, instruction set. */
  readonly description: string;
  readonly imagesPerSecond: Summary;
  readonly rounds: readonly number[];
  readonly stepsPerTurn: number;
  readonly peakBytes: number;
  /** Of the two verification steps. */
  readonly losses: readonly number[];
}

/** Everything that a later reader needs to judge the figure, or to take it again. */
export interface StepResult {
  readonly benchmark: 'step';
  readonly date: string;
  readonly command: string;
  readonly settings: StepSettings;
  readonly data: string;
  readonly environment: {
    readonly processor: string;
    readonly processors: number;
    readonly memoryBytes: number;
    readonly system: string;
    readonly node: string;
  };
  /** Share of the machine that other programs used, before and after. */
  readonly otherLoad: { readonly before: number; readonly after: number };
  readonly contenders: readonly ContenderResult[];
  /** Ours over the better PyTorch, of medians; null where it ran alone. */
  readonly ratio: number | null;
}

export interface Measured {
  readonly settings: StepSettings;
  readonly data: string;
  readonly command: string;
  readonly descriptions: Readonly<Record<string, string>>;
  readonly losses: Readonly<Record<string, readonly number[]>>;
  readonly rounds: Rounds;
  readonly otherLoad: StepResult['otherLoad'];
}

/** Puts a run's numbers together; the first contender is ours. */
export function stepResult({ rounds, descriptions, losses, ...rest }: Measured, date = new Date()): StepResult {
  const contenders = Object.entries(rounds.imagesPerSecond).map(([name, values]) => ({
    name,
    description: descriptions[name] ?? '',
    imagesPerSecond: summarize(values),
    rounds: values,
    stepsPerTurn: rounds.stepsPerTurn[name] ?? 0,
    peakBytes: rounds.peakBytes[name] ?? 0,
    losses: losses[name] ?? [],
  }));
  const [ours, ...peers] = contenders.map(({ imagesPerSecond }) => imagesPerSecond.median);
  return {
    benchmark: 'step',
    date: date.toISOString(),
    ...rest,
    environment: {
      processor: cpus()[0]?.model ?? 'unknown',
      processors: cpus().length,
      memoryBytes: totalmem(),
      system: `${process.platform} ${release()} ${process.arch}`,
      node: process.version,
    },
    contenders,
    ratio: peers.length === 0 ? null : (ours ?? Number.NaN) / Math.max(...peers),
  };
}

/** The result for people. */
export function formatStepResult({ settings, data, contenders, ratio, otherLoad }: StepResult): string {
  const percent = (share: number): string => `${(100 * share).toFixed(0)} %`;
  const lines = contenders.map(
    ({ name, description, imagesPerSecond: { median, lowest, highest }, rounds, peakBytes }) => {
      const spread = `${lowest.toFixed(1)} to ${highest.toFixed(1)} in ${rounds.length} rounds`;
      return `  ${name.padEnd(22)} ${median.toFixed(1).padStart(8)} images/s (${spread}), peak ${(peakBytes / 2 ** 20).toFixed(0)} MiB; ${description}`;
    },
  );
  const busy = Math.max(otherLoad.before, otherLoad.after) > BUSY_FRACTION;
  return [
    `training step of ${settings.network}, batch ${settings.batch}, ${settings.threads} threads, float32, data loading included (${data})`,
    ...lines,
    ...(ratio === null ? [] : [`  ratio to the better PyTorch: ${ratio.toFixed(3)}`]),
    `  other programs used ${percent(otherLoad.before)} of the machine before and ${percent(otherLoad.after)} after${busy ? ': too busy for these figures to count' : ''}`,
  ].join('\n');
}
