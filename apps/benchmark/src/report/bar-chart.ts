import { escapeHtml } from '@resnet-ts/report';

/** One bar, with the spread of its value. */
export interface Bar {
  readonly label: string;
  readonly value: number;
  readonly lowest: number;
  readonly highest: number;
  /** Bars of one kind have one colour. */
  readonly series: number;
  /** What stands behind the bar. */
  readonly text: string;
}

const COLOURS = ['#3b6fb6', '#c2552d', '#6b8f3a', '#8a5aa8', '#b08a2e', '#3d8f8a', '#a84b6b', '#6b7280'];
/** Of the bars themselves, pixels. */
const ROOM = 380;
/** Of an average character at the size of the labels. */
const CHARACTER = 6.6;
const TEXT = 150;
const ROW = 22;

/** Horizontal bars from 0 with whiskers for the spread, as SVG. A dashed line marks `limit` where there is one. */
export function barChart(bars: readonly Bar[], limit?: number): string {
  const most = Math.max(...bars.map(({ highest }) => highest), limit ?? 0);
  if (bars.length === 0 || !(most > 0)) return '';
  const labels = Math.ceil(CHARACTER * Math.max(...bars.map(({ label }) => label.length))) + 16;
  const x = (value: number): string => (labels + (ROOM * value) / most).toFixed(1);
  const height = bars.length * ROW + 8;
  const rows = bars.map(({ label, value, lowest, highest, series, text }, index) => {
    const middle = index * ROW + ROW / 2 + 4;
    const colour = COLOURS[series % COLOURS.length] ?? '#3b6fb6';
    return [
      `<text x="${labels - 8}" y="${middle + 4}" text-anchor="end">${escapeHtml(label)}</text>`,
      `<rect x="${labels}" y="${middle - 7}" width="${((ROOM * value) / most).toFixed(1)}" height="14" fill="${colour}"/>`,
      `<path d="M${x(lowest)} ${middle}H${x(highest)}M${x(lowest)} ${middle - 4}v8M${x(highest)} ${middle - 4}v8" stroke="#1d2430" fill="none"/>`,
      `<text x="${labels + ROOM + 8}" y="${middle + 4}">${escapeHtml(text)}</text>`,
    ].join('');
  });
  const line =
    limit === undefined
      ? ''
      : `<path d="M${x(limit)} 0V${height}" stroke="#1d2430" stroke-dasharray="4 3" fill="none"/>`;
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${labels + ROOM + TEXT} ${height}" font-size="12" font-family="system-ui, sans-serif">${rows.join('')}${line}</svg>`;
}
