// Imports no tensor library, because image workers load it.
import { finishSample, type Normalization } from '../augmentation/finish-sample.js';
import { frameSample } from '../augmentation/frame-sample.js';
import type { SampleDraw } from '../augmentation/sample-draw.js';
import { type ImageLimits, type ResamplingKernel, renderImage } from '../images/render-image.js';
import { UnreadableImage } from '../images/unreadable-image.js';
import type { ImageLocation } from '../sources/image-source.js';
import { createLocationReader } from '../sources/read-location.js';

/** What all samples of a run have in common. */
export interface RenderContext {
  /** Height and width, pixels. */
  readonly size: number;
  readonly kernel: ResamplingKernel;
  readonly normalization: Normalization;
  readonly limits: ImageLimits | undefined;
}

export interface RenderRequest {
  readonly samples: readonly { readonly location: ImageLocation; readonly draw: SampleDraw }[];
}

/** Why the sample at `slot` of a request could not be rendered. */
export interface RenderFailure {
  readonly slot: number;
  readonly wanted: string;
  readonly received: string;
}

export interface RenderedBatch {
  /** `[N · size · size · 3]`; where a sample failed, zeros. */
  readonly pixels: Float32Array;
  readonly failures: readonly RenderFailure[];
}

/**
 * Images in work at once, in one thread. libuv decodes with 4 threads unless UV_THREADPOOL_SIZE says otherwise, and
 * two more wait with their bytes read. Bounds memory to so many encoded images.
 */
const AT_ONCE = 6;

/** A function that reads, decodes, crops and normalises the samples of a request. */
export function createRenderer({
  size,
  kernel,
  normalization,
  limits,
}: RenderContext): (request: RenderRequest) => Promise<RenderedBatch> {
  const reader = createLocationReader(limits?.bytes);
  const values = size * size * 3;
  return async ({ samples }) => {
    const pixels = new Float32Array(samples.length * values);
    const failures: RenderFailure[] = [];
    const render = async (slot: number): Promise<void> => {
      const sample = samples[slot];
      if (sample === undefined) return;
      const { location, draw } = sample;
      try {
        const bytes = await reader.read(location);
        const frame = (width: number, height: number) => frameSample(draw.frame, width, height);
        const image = await renderImage(bytes, { frame, kernel, limits });
        const target = pixels.subarray(slot * values, (slot + 1) * values);
        finishSample(target, image.values, { size, draw, normalization });
      } catch (cause) {
        if (!(cause instanceof UnreadableImage)) throw cause;
        failures.push({ slot, wanted: cause.wanted, received: cause.received });
      }
    };
    let next = 0;
    const takeTurns = async (): Promise<void> => {
      while (next < samples.length) await render(next++);
    };
    await Promise.all(Array.from({ length: AT_ONCE }, takeTurns));
    return { pixels, failures: failures.sort((first, second) => first.slot - second.slot) };
  };
}
