import { seriesColor } from '@resnet-ts/report';
import type { LineSeries } from '@resnet-ts/report/charts';
import type { Drawing } from '../document.js';
import type { CurvePoint, RunResult } from '../run-result.js';
import { byNetwork, mean } from '../statistics.js';

/** Which of the two errors a drawing shows. */
export type CurveKind = 'training' | 'test';

/**
 * Error over iterations as in Figures 1 and 6: a colour a network, training dashed, test solid; means over the seeds, as
 * far as all of a network's begun runs have come.
 */
export async function learningCurves(
  name: string,
  caption: string,
  results: readonly RunResult[],
  kinds: readonly CurveKind[] = ['training', 'test'],
): Promise<Drawing> {
  const begun = results.filter(({ stepsDone }) => stepsDone > 0);
  const curves = byNetwork(results).flatMap(({ network }, index): LineSeries[] => {
    const own = begun.filter(({ plan }) => plan.recipe.network === network);
    const color = seriesColor(index);
    return kinds.map((kind) => ({
      ...{ label: network, color, dashed: kind === 'training' },
      points: meanCurve(own.map((run) => (kind === 'training' ? run.trainingCurve : run.testCurve))).map(
        ({ step, error }) => ({ x: step / 1e4, y: 100 * error }),
      ),
    }));
  });
  const steps = Math.max(...results.map(({ stepsPlanned }) => stepsPlanned));
  // The chart libraries take half a second to load; runs never need them.
  const { lineChart } = await import('@resnet-ts/report/charts');
  const svg = lineChart({
    x: { label: 'iterations (1e4)', most: steps / 1e4 },
    y: { label: 'error, %', most: 100 * errorRange(results) },
    series: curves,
    legend: true,
    height: 400,
  });
  return { name, caption, svg };
}

/** The paper's axes end at 20 %; shorter runs need more room. */
function errorRange(results: readonly RunResult[]): number {
  const last = results.flatMap(({ trainingError, testError }) => [trainingError ?? 0, testError ?? 0]);
  return Math.max(0.2, Math.ceil(Math.max(...last) * 15) / 10);
}

/** The mean of several runs at the steps that all of them have reached. */
export function meanCurve(curves: readonly (readonly CurvePoint[])[]): CurvePoint[] {
  const [first = [], ...others] = curves;
  return first.flatMap(({ step, error }) => {
    const same = others.map((curve) => curve.find((point) => point.step === step)?.error);
    const errors = [error, ...same.filter((value) => value !== undefined)];
    return errors.length < curves.length ? [] : [{ step, error: mean(errors) }];
  });
}
