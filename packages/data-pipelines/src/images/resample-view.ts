// Imports no tensor library: see unreadable-image.ts.
import { type PixelModule, pixelModule } from './pixel-module.js';
import { type ResamplingKernel, type ResamplingWeights, resamplingWeights } from './resampling-weights.js';
import type { Rectangle, View } from './view.js';

/** How a view is made of the pixels it needs. */
export interface ViewPlan {
  /** What must be decoded, pixels of the upright image. */
  readonly needed: Rectangle;
  readonly columns: ResamplingWeights;
  readonly rows: ResamplingWeights;
}

/** Of what is decoded, of the wanted columns of it, and of the view: so that a worker takes 100 MB at most. */
const MOST_PIXELS = 4_000_000;

/** Of a side of either: weights are kept for every row and column. */
const MOST_LENGTH = 2 ** 14;

/** The plan for a view of an image of `width` × `height`; undefined where it would take too much memory. */
export function planView(view: View, kernel: ResamplingKernel, width: number, height: number): ViewPlan | undefined {
  const region = view.region ?? { left: 0, top: 0, width, height };
  const window = view.window ?? { left: 0, top: 0, width: view.width, height: view.height };
  for (const { width, height } of [region, window]) {
    if (width * height > MOST_PIXELS || Math.max(width, height) > MOST_LENGTH) return undefined;
  }
  const columns = resamplingWeights(kernel, {
    ...{ offset: region.left, length: region.width, scaled: view.width },
    ...{ first: window.left, count: window.width },
  });
  const rows = resamplingWeights(kernel, {
    ...{ offset: region.top, length: region.height, scaled: view.height },
    ...{ first: window.top, count: window.height },
  });
  if (rows.length * window.width > MOST_PIXELS) return undefined;
  const needed = { left: columns.offset, top: rows.offset, width: columns.length, height: rows.length };
  return { needed, columns, rows };
}

/**
 * A view of a JPEG that the module can decode: baseline, three colours, undamaged. It is decoded where the view needs it
 * and nowhere else, to the bit as libjpeg does.
 *
 * @returns red, green and blue, 0–255; undefined for every other image
 */
export function resampleJpeg(bytes: Uint8Array, plan: ViewPlan): Uint8Array | undefined {
  const module = pixelModule();
  const { left, top, width, height } = plan.needed;
  module.release();
  const input = module.allocate(bytes.length + 16);
  if (input === 0) return undefined;
  new Uint8Array(module.memory.buffer, input).set(bytes);
  const pixels = module.decodeJpeg(input, bytes.length, left, top, width, height);
  return pixels === 0 ? undefined : resample(module, pixels, plan);
}

/** A view of pixels that are decoded already: `needed` of the image, `[height, width, 3]`. */
export function resamplePixels(values: Uint8Array, plan: ViewPlan): Uint8Array | undefined {
  const module = pixelModule();
  module.release();
  const input = module.allocate(values.length);
  const pixels = module.allocate((values.length / 3) * 4 + 16);
  if (input === 0 || pixels === 0) return undefined;
  new Uint8Array(module.memory.buffer, input).set(values);
  module.widenPixels(input, values.length / 3, pixels);
  return resample(module, pixels, plan);
}

function resample(module: PixelModule, pixels: number, { needed, columns, rows }: ViewPlan): Uint8Array | undefined {
  const [width, height] = [columns.starts.length, rows.starts.length];
  const rowBytes = 4 * width;
  const across = allocateWeights(module, columns);
  const down = allocateWeights(module, rows);
  // The last pair of rows may reach over the end.
  const narrowed = module.allocate((needed.height + 1) * rowBytes + 16);
  const scaled = module.allocate(height * rowBytes + 16);
  const packed = module.allocate(height * width * 3 + 16);
  if (across === undefined || down === undefined || narrowed === 0 || scaled === 0 || packed === 0) return undefined;
  const { buffer } = module.memory;
  module.resampleColumns(
    ...([pixels, needed.width, needed.height] as const),
    ...([across.starts, across.pairs, columns.pairsPerOutput, width, narrowed] as const),
  );
  module.resampleRows(narrowed, rowBytes, down.starts, down.pairs, rows.pairsPerOutput, height, scaled);
  module.narrowPixels(scaled, width * height, packed);
  return new Uint8Array(buffer, packed, width * height * 3).slice();
}

function allocateWeights(module: PixelModule, { starts, pairs }: ResamplingWeights) {
  const places = { starts: module.allocate(starts.byteLength), pairs: module.allocate(pairs.byteLength) };
  if (places.starts === 0 || places.pairs === 0) return undefined;
  new Int32Array(module.memory.buffer, places.starts).set(starts);
  new Int16Array(module.memory.buffer, places.pairs).set(pairs);
  return places;
}
