import * as Plot from '@observablehq/plot';
import { parseHTML } from 'linkedom';

/** One line of a chart. */
export interface LineSeries {
  readonly label: string;
  /** A colour in CSS. */
  readonly color: string;
  /** Points that are not finite are left out. */
  readonly points: readonly { readonly x: number; readonly y: number }[];
  /** Dots on the line, for series of few points. */
  readonly marked?: boolean;
  readonly dashed?: boolean;
}

export interface Axis {
  /** With its unit. */
  readonly label: string;
  /** A logarithmic axis needs positive values; it is linear where there are others. */
  readonly scale?: 'linear' | 'log';
  /** The largest value shown, of a linear axis that begins at 0; what lies above is cut off. Default: all there is. */
  readonly most?: number;
}

export interface LineChart {
  readonly x: Axis;
  readonly y: Axis;
  readonly series: readonly LineSeries[];
  /** Names of the series inside the drawing, in their colours. */
  readonly legend?: boolean;
  /** Pixels. */
  readonly height?: number;
}

/** Lines of a recipe's length have thousands of points; a screen shows hundreds. */
const MOST_POINTS = 600;

/**
 * Draws lines as SVG text, without a browser. Series without points are left out; no points at all give ''.
 *
 * @example
 * const points = [{ x: 1, y: 60 }, { x: 2, y: 42 }];
 * lineChart({ x: { label: 'epoch' }, y: { label: 'error, %' }, series: [{ label: 'test', color: 'black', points }] });
 */
export function lineChart({ x, y, series, legend = false, height = 280 }: LineChart): string {
  const drawn = series
    .map((line) => ({
      ...line,
      points: thin(line.points.filter((point) => Number.isFinite(point.x) && Number.isFinite(point.y))),
    }))
    .filter(({ points }) => points.length > 0);
  if (drawn.length === 0) return '';
  const { document } = parseHTML('<!doctype html><html><body></body></html>');
  const svg = Plot.plot({
    document,
    width: 640,
    height,
    marginLeft: 56,
    x: scaleOf(
      x,
      drawn.flatMap(({ points }) => points.map((point) => point.x)),
    ),
    y: scaleOf(
      y,
      drawn.flatMap(({ points }) => points.map((point) => point.y)),
    ),
    marks: [
      ...drawn.map((line) => cutOff(line, x.most, y.most)).flatMap(lineMarks),
      ...(legend ? legendMarks(drawn) : []),
    ],
  });
  // linkedom leaves the name space out, without which a file of its own is no image.
  svg.setAttribute('xmlns', 'http://www.w3.org/2000/svg');
  return svg.outerHTML;
}

function scaleOf({ label, scale, most }: Axis, values: readonly number[]): Plot.ScaleOptions {
  if (scale === 'log' && values.every((value) => value > 0)) {
    return { label, grid: true, type: 'log', ticks: 4, tickFormat: '~g' };
  }
  return { label, grid: true, type: 'linear', ...(most === undefined ? { zero: true } : { domain: [0, most] }) };
}

/**
 * Points beyond the ends of the axes as gaps. Not by a clip path: its name is counted up over all charts of a process, and
 * a report would differ from the same report drawn again.
 */
function cutOff(series: LineSeries, mostX = Number.POSITIVE_INFINITY, mostY = Number.POSITIVE_INFINITY): LineSeries {
  const points = series.points.map(({ x, y }) => ({ x, y: x > mostX || y > mostY ? Number.NaN : y }));
  return { ...series, points };
}

function lineMarks({ points, color, marked = false, dashed = false }: LineSeries): Plot.Markish[] {
  const style = dashed ? { strokeWidth: 1, strokeDasharray: '4 3' } : { strokeWidth: 1.5 };
  return [
    Plot.line(points, { x: 'x', y: 'y', stroke: color, ...style }),
    ...(marked ? [Plot.dot(points, { x: 'x', y: 'y', fill: color, r: 2.5 })] : []),
  ];
}

/** A line of text a name, for series of one name have one colour. */
function legendMarks(series: readonly LineSeries[]): Plot.Markish[] {
  const names = [...new Map(series.map(({ label, color }) => [label, color]))];
  return names.map(([label, fill], index) =>
    Plot.text([label], { frameAnchor: 'top-right', dx: -8, dy: 8 + 16 * index, fill, fontWeight: 'bold' }),
  );
}

function thin<T>(points: readonly T[]): T[] {
  const stride = Math.ceil(points.length / MOST_POINTS);
  return points.filter((_, index) => index % stride === 0 || index === points.length - 1);
}
