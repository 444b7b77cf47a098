// Imports no tensor library, because image workers load it.
import { finishSample, type Normalization } from '../augmentation/finish-sample.js';
import { frameSample } from '../augmentation/frame-sample.js';
import type { SampleDraw } from '../augmentation/sample-draw.js';
import { type ImageLimits, renderImage } from '../images/render-image.js';
import type { ResamplingKernel } from '../images/resampling-weights.js';
import { UnreadableImage } from '../images/unreadable-image.js';
import type { ImageLocation } from '../sources/image-source.js';
import { type LocationReader, createLocationReader } from '../sources/read-location.js';

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

/**
 * A function that reads, decodes, crops and normalises the samples of a request. Requests are taken in order; the next
 * one is begun where the last samples of one are still in work, so that no thread waits at the end of a batch.
 */
export function createRenderer(context: RenderContext): (request: RenderRequest) => Promise<RenderedBatch> {
  const reader = createLocationReader(context.limits?.bytes);
  const places = createPlaces(AT_ONCE);
  let begun: Promise<unknown> = Promise.resolve();

  /** Resolves once every sample is in work; the batch is there when they are done. */
  const begin = async ({ samples }: RenderRequest): Promise<{ readonly done: Promise<RenderedBatch> }> => {
    const values = context.size * context.size * 3;
    const pixels = new Float32Array(samples.length * values);
    const failures: RenderFailure[] = [];
    const works: Promise<void>[] = [];
    for (const [slot, sample] of samples.entries()) {
      await places.take();
      const target = pixels.subarray(slot * values, (slot + 1) * values);
      const work = renderSample(target, sample, { context, reader })
        .then((failure) => {
          if (failure !== undefined) failures.push({ slot, ...failure });
        })
        .finally(() => places.leave());
      // Reported when the batch is waited for; until then it must not count as unhandled.
      work.catch(() => undefined);
      works.push(work);
    }
    const done = Promise.all(works).then(() => ({
      pixels,
      failures: failures.sort((first, second) => first.slot - second.slot),
    }));
    done.catch(() => undefined);
    return { done };
  };
  return async (request) => {
    const beginning = begun.then(() => begin(request));
    begun = beginning;
    return await (
      await beginning
    ).done;
  };
}

/** Writes one sample, or says why it could not be. */
async function renderSample(
  target: Float32Array,
  { location, draw }: RenderRequest['samples'][number],
  { context, reader }: { readonly context: RenderContext; readonly reader: LocationReader },
): Promise<Omit<RenderFailure, 'slot'> | undefined> {
  const { size, kernel, normalization, limits } = context;
  try {
    const bytes = await reader.read(location);
    const frame = (width: number, height: number) => frameSample(draw.frame, width, height);
    const image = await renderImage(bytes, { frame, kernel, limits });
    finishSample(target, image.values, { size, draw, normalization });
    return undefined;
  } catch (cause) {
    if (!(cause instanceof UnreadableImage)) throw cause;
    return { wanted: cause.wanted, received: cause.received };
  }
}

/** So many places; who finds none free waits, first come, first served. */
function createPlaces(free: number): { take(): Promise<void>; leave(): void } {
  const waiting: (() => void)[] = [];
  return {
    take() {
      if (free === 0) return new Promise((resolve) => waiting.push(resolve));
      free -= 1;
      return Promise.resolve();
    },
    leave() {
      const next = waiting.shift();
      if (next === undefined) free += 1;
      else next();
    },
  };
}
