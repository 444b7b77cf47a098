import { escapeHtml } from '@resnet-ts/report';
import type { HeatMap } from '../analysis/feature-maps.js';
import { colorOfShare, largestOf } from './palette.js';

export interface HeatMapSvgOptions {
  /** Side of a value's square, pixels. Default 8. */
  readonly cell?: number | undefined;
  /** The value of the brightest colour; 0 has the darkest. Default: the largest of the map. */
  readonly largest?: number | undefined;
  /** For readers who do not see it. Default: its size. */
  readonly title?: string | undefined;
}

/** More colours than a reader tells apart; a path each keeps a drawing of thousands of squares small. */
const LEVELS = 32;

/**
 * A map as SVG text: a feature map or a class activation map, a square for each position.
 *
 * @example
 * const [map] = await gradCam({ network, state, images });
 * const svg = heatMapSvg(map, { cell: 32, title: `class ${map.class}` });
 */
export function heatMapSvg(map: HeatMap, options: HeatMapSvgOptions = {}): string {
  const { height, width, values } = map;
  const { cell = 8, largest = largestOf(values), title = `${height}×${width} values` } = options;
  const paths = new Map<number, string>();
  const levelAt = (place: number): number => {
    const value = values[place] ?? Number.NaN;
    if (Number.isNaN(value)) return -1;
    return largest > 0 ? Math.min(LEVELS - 1, Math.max(0, Math.floor((LEVELS * value) / largest))) : 0;
  };
  for (let y = 0; y < height; y += 1) {
    // Neighbours of one colour are one rectangle.
    for (let x = 0; x < width; ) {
      const level = levelAt(y * width + x);
      let end = x + 1;
      while (end < width && levelAt(y * width + end) === level) end += 1;
      paths.set(level, `${paths.get(level) ?? ''}M${x} ${y}h${end - x}v1h${x - end}z`);
      x = end;
    }
  }
  const drawn = [...paths].map(([level, path]) => {
    const color = colorOfShare(level < 0 ? Number.NaN : level / (LEVELS - 1));
    return `<path fill="rgb(${color.join(',')})" d="${path}"/>`;
  });
  const size = `width="${width * cell}" height="${height * cell}" viewBox="0 0 ${width} ${height}"`;
  return (
    `<svg xmlns="http://www.w3.org/2000/svg" ${size} shape-rendering="crispEdges" role="img">` +
    `<title>${escapeHtml(title)}</title>${drawn.join('')}</svg>`
  );
}
