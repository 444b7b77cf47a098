/** Colours that stay apart on white and for most colour-blind readers (Okabe and Ito 2008, without their yellow). */
const COLORS = ['#0072b2', '#d55e00', '#009e73', '#cc79a7', '#56b4e9', '#e69f00', '#000000'] as const;

/**
 * The colour of the series of that number, from 0; they repeat after seven.
 *
 * @example
 * const series = runs.map(({ label, points }, index) => ({ label, points, color: seriesColor(index) }));
 */
export function seriesColor(index: number): string {
  return COLORS[index % COLORS.length] ?? '#000000';
}
