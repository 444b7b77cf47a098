import type { RunResult } from './run-result.js';

/** What runs of one network with different seeds have in common. */
export interface NetworkSummary {
  readonly network: string;
  /** Runs that have ended. */
  readonly finished: readonly RunResult[];
  /** Of all runs, ended or not. */
  readonly planned: number;
  readonly testErrors: readonly number[];
  readonly trainingErrors: readonly number[];
}

/** The results by network, in the order in which networks first appear. */
export function byNetwork(results: readonly RunResult[]): NetworkSummary[] {
  const networks = [...new Set(results.map(({ plan }) => plan.recipe.network))];
  return networks.map((network) => {
    const own = results.filter(({ plan }) => plan.recipe.network === network);
    const finished = own.filter((result) => result.finished);
    const defined = (values: readonly (number | undefined)[]) => values.filter((value) => value !== undefined);
    return {
      ...{ network, finished, planned: own.length },
      testErrors: defined(finished.map(({ testError }) => testError)),
      trainingErrors: defined(finished.map(({ trainingError }) => trainingError)),
    };
  });
}

/** The arithmetic mean; NaN of nothing. */
export function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}

/** The standard deviation of a sample (n − 1 in the denominator); NaN of fewer than two values. */
export function sampleDeviation(values: readonly number[]): number {
  const middle = mean(values);
  return Math.sqrt(values.reduce((sum, value) => sum + (value - middle) ** 2, 0) / (values.length - 1));
}

/**
 * Fractions as percent, as the paper writes them: one run `8.75`, more `best (mean ± std)` as in Table 6; `–` of nothing.
 *
 * @example
 * describeErrors([0.0643, 0.0661, 0.0679]); // '6.43 (6.61 ± 0.18)'
 */
export function describeErrors(errors: readonly number[]): string {
  const percent = (fraction: number) => (100 * fraction).toFixed(2);
  if (errors.length === 0) return '–';
  if (errors.length === 1) return percent(mean(errors));
  return `${percent(Math.min(...errors))} (${percent(mean(errors))} ± ${percent(sampleDeviation(errors))})`;
}
