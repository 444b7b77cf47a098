import * as Plot from '@observablehq/plot';
import { parseHTML } from 'linkedom';

/** One line of a chart. */
export interface Series {
  readonly label: string;
  /** A colour in CSS. */
  readonly color: string;
  readonly points: readonly { readonly x: number; readonly y: number }[];
  /** Dots on the line, for series of few points. */
  readonly marked?: boolean;
}

export interface Chart {
  readonly title: string;
  /** The label of the vertical axis, with its unit. */
  readonly unit: string;
  readonly scale?: 'linear' | 'log';
  readonly series: readonly Series[];
}

/** Lines of a recipe's length have thousands of points; a screen shows hundreds. */
const MOST_POINTS = 600;

/** Draws a chart as SVG text, without a browser. Series without points are left out; no points at all give ''. */
export function drawChart(chart: Chart): string {
  const series = chart.series
    .map((line) => ({
      ...line,
      points: thin(line.points.filter(({ x, y }) => Number.isFinite(x) && Number.isFinite(y))),
    }))
    .filter(({ points }) => points.length > 0);
  const values = series.flatMap(({ points }) => points.map(({ y }) => y));
  if (values.length === 0) return '';
  const { document } = parseHTML('<!doctype html><html><body></body></html>');
  const log = chart.scale === 'log' && values.every((value) => value > 0);
  const svg = Plot.plot({
    document,
    width: 640,
    height: 280,
    marginLeft: 56,
    x: { label: 'epoch', grid: true, zero: true },
    y: {
      label: chart.unit,
      grid: true,
      type: log ? 'log' : 'linear',
      ...(log ? { ticks: 4, tickFormat: '~g' } : { zero: true }),
    },
    marks: series.flatMap((line) => [
      Plot.line(line.points, { x: 'x', y: 'y', stroke: line.color, strokeWidth: 1.5 }),
      ...(line.marked === true ? [Plot.dot(line.points, { x: 'x', y: 'y', fill: line.color, r: 2.5 })] : []),
    ]),
  });
  return svg.outerHTML;
}

function thin<T>(points: readonly T[]): T[] {
  const stride = Math.ceil(points.length / MOST_POINTS);
  return points.filter((_, index) => index % stride === 0 || index === points.length - 1);
}
