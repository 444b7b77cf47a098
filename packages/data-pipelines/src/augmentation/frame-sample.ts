// Imports nothing but what imports nothing: see sample-draw.ts.
import { type Rectangle, type View, centreWindow, shorterSideSize } from '../images/view.js';
import type { AreaAttempt, FrameDraw } from './sample-draw.js';

/** What a draw shows of an image of `width` × `height` pixels. */
export function frameSample(draw: FrameDraw, width: number, height: number): View {
  if (draw.kind === 'area-crop') {
    return { region: areaRegion(draw, width, height), width: draw.size, height: draw.size };
  }
  const scaled = shorterSideSize(width, height, draw.shorterSide);
  if (draw.kind === 'whole') return scaled;
  const { size } = draw;
  if (draw.kind === 'centre') return { ...scaled, window: centreWindow(scaled.width, scaled.height, size) };
  const window = {
    left: Math.floor(draw.column * (scaled.width - size + 1)),
    top: Math.floor(draw.row * (scaled.height - size + 1)),
    width: size,
    height: size,
  };
  return { ...scaled, window };
}

type AreaDraw = Extract<FrameDraw, { kind: 'area-crop' }>;

/** As torchvision's `RandomResizedCrop`: the first attempt that fits, or else the centre at the nearest aspect. */
function areaRegion({ area, aspect, attempts }: AreaDraw, width: number, height: number): Rectangle {
  for (const attempt of attempts) {
    const region = attemptRegion({ area, aspect }, attempt, width, height);
    if (region !== undefined) return region;
  }
  const [narrowest, widest] = aspect;
  const ratio = width / height;
  const cut =
    ratio < narrowest
      ? { width, height: Math.min(height, Math.max(1, Math.round(width / narrowest))) }
      : { width: ratio > widest ? Math.max(1, Math.round(height * widest)) : width, height };
  const left = Math.floor((width - cut.width) / 2);
  return { left, top: Math.floor((height - cut.height) / 2), ...cut };
}

function attemptRegion(
  { area, aspect }: Pick<AreaDraw, 'area' | 'aspect'>,
  attempt: AreaAttempt,
  imageWidth: number,
  imageHeight: number,
): Rectangle | undefined {
  const pixels = imageWidth * imageHeight * (area[0] + attempt.area * (area[1] - area[0]));
  const [least, most] = [Math.log(aspect[0]), Math.log(aspect[1])];
  const ratio = Math.exp(least + attempt.aspect * (most - least));
  const width = Math.round(Math.sqrt(pixels * ratio));
  const height = Math.round(Math.sqrt(pixels / ratio));
  if (width < 1 || height < 1 || width > imageWidth || height > imageHeight) return undefined;
  const left = Math.floor(attempt.column * (imageWidth - width + 1));
  return { left, top: Math.floor(attempt.row * (imageHeight - height + 1)), width, height };
}
