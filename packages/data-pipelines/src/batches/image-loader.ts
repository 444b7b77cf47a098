import { DataError, createCounterRandom, expected } from '@resnet-ts/tensor-ops';
import type { SampleDraw } from '../augmentation/sample-draw.js';
import type { ImageSource, RefusedImage } from '../sources/image-source.js';
import type { PlainBatch } from './batch-stream.js';
import type { ImageWorkerRequest } from './image-worker.js';
import { type RenderContext, type RenderFailure, type RenderedBatch, createRenderer } from './render-batch.js';
import { createWorkerPool } from './worker-pool.js';

/** What is done with an image that cannot be decoded. */
export type BrokenImagePolicy = 'skip' | 'fail';

export interface LoadRequest {
  /** Positions in the source. */
  readonly images: Uint32Array;
  readonly draw: (image: number) => SampleDraw;
  /**
   * Who takes the place of a broken image: candidate 0, 1, 2, … until one is whole. Nothing: its place is left out.
   */
  readonly replacement?: (image: number, attempt: number) => number;
}

export interface ImageLoader {
  load(request: LoadRequest): Promise<PlainBatch>;
  /** The images found broken so far, in the order of the source. */
  broken(): readonly RefusedImage[];
  close(): Promise<void>;
}

export interface ImageLoaderOptions {
  readonly context: RenderContext;
  readonly workers: number;
  readonly onBroken: BrokenImagePolicy;
}

/** A place of a batch. */
interface Place {
  /** Whose place it is. */
  readonly image: number;
  /** Who stands there: the image itself, another one, or nobody. */
  stands: number | undefined;
  /** `[size · size · 3]`, once rendered. */
  pixels?: Float32Array;
}

/** Candidates for one place. More broken ones in a row are no accident where one in two images is whole. */
const MOST_REPLACEMENTS = 32;

/** Who takes the place of a broken image in an epoch: any image, by a draw of its own. */
export function drawReplacements(
  count: number,
  { seed, epoch }: { readonly seed: number; readonly epoch: number },
): (image: number, attempt: number) => number {
  const random = createCounterRandom({ seed, purpose: 'broken-image', epoch });
  return (image, attempt) => random.integer(count, image, attempt);
}

/**
 * Loads batches of samples, here or in workers. Which image stands in which place depends on the images and the draws
 * alone: a broken image is replaced by the first whole one of its own list of candidates, whether it was known to be
 * broken or is found so now.
 */
export function createImageLoader(
  source: ImageSource,
  { context, workers, onBroken }: ImageLoaderOptions,
): ImageLoader {
  const broken = new Map<number, string>();
  const pool =
    workers === 0
      ? undefined
      : createWorkerPool<ImageWorkerRequest, RenderedBatch>('image-worker', { workers, workerData: context });
  const renderHere = pool === undefined ? createRenderer(context) : undefined;
  const render = async (images: readonly number[], draw: LoadRequest['draw']): Promise<RenderedBatch> => {
    const samples = images.map((image) => ({ location: source.location(image), draw: draw(image) }));
    if (renderHere !== undefined) return await renderHere({ samples });
    if (pool === undefined) throw new RangeError('no renderer');
    return await pool.call({ samples });
  };
  const refuse = (image: number, { wanted, received }: RenderFailure): void => {
    if (onBroken === 'fail') {
      const remedy = 'remove or replace the image, or skip broken ones';
      throw new DataError(source.id(image), expected(wanted, 'the image', received, remedy));
    }
    broken.set(image, `expected ${wanted}, received ${received}`);
  };
  /** The image that stands for `image`, as far as is known; undefined where its place is left out. */
  const standIn = (image: number, replacement: LoadRequest['replacement']): number | undefined => {
    if (!broken.has(image)) return image;
    if (replacement === undefined) return undefined;
    for (let attempt = 0; attempt < MOST_REPLACEMENTS; attempt += 1) {
      const candidate = replacement(image, attempt);
      if (!broken.has(candidate)) return candidate;
    }
    const received = `${broken.size} broken ones among ${source.count}, such as ${describeBroken(source, broken)}`;
    throw new DataError(source.name, expected('images that can be decoded', 'the source', received));
  };
  return {
    async load({ images, draw, replacement }) {
      const places: Place[] = [...images].map((image) => ({ image, stands: standIn(image, replacement) }));
      const values = context.size * context.size * 3;
      let pending = places.filter(({ stands }) => stands !== undefined);
      let pixels: Float32Array | undefined;
      while (pending.length > 0) {
        const rendered = await render(
          pending.flatMap(({ stands }) => stands ?? []),
          draw,
        );
        pending.forEach((place, slot) => (place.pixels = rendered.pixels.subarray(slot * values, (slot + 1) * values)));
        pixels ??= rendered.pixels;
        const failed = rendered.failures.flatMap((failure) => {
          const place = pending[failure.slot];
          if (place?.stands === undefined) return [];
          refuse(place.stands, failure);
          return [place];
        });
        for (const place of failed) place.stands = standIn(place.image, replacement);
        pending = failed.filter(({ stands }) => stands !== undefined);
      }
      return assemble(places, { pixels, values, source });
    },
    broken: () =>
      [...broken]
        .sort(([first], [second]) => first - second)
        .map(([image, reason]) => ({ id: source.id(image), reason })),
    close: async () => pool?.close(),
  };
}

function describeBroken(source: ImageSource, broken: ReadonlyMap<number, string>): string {
  const [first] = broken;
  return first === undefined ? 'none' : `${source.id(first[0])} (${first[1]})`;
}

/** The places that are taken, in order; in the memory of the first rendering where that holds them all. */
function assemble(
  places: readonly Place[],
  { pixels, values, source }: { pixels: Float32Array | undefined; values: number; source: ImageSource },
): PlainBatch {
  const taken = places.filter(({ stands }) => stands !== undefined);
  const labels = Int32Array.from(taken, ({ stands = 0 }) => source.label(stands));
  const whole = pixels?.length === taken.length * values ? pixels : new Float32Array(taken.length * values);
  taken.forEach((place, at) => {
    const inPlace =
      place.pixels?.buffer === whole.buffer && place.pixels.byteOffset === whole.byteOffset + 4 * at * values;
    if (!inPlace && place.pixels !== undefined) whole.set(place.pixels, at * values);
  });
  return { pixels: whole, labels };
}
