import { ArgumentError, DataError, expected } from '@resnet-ts/tensor-ops';
import { mkdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { checkInteger } from '../batches/check-batch-options.js';
import type { BrokenImagePolicy } from '../batches/image-loader.js';
import { writeFileAtomically } from '../fetch/write-file-atomically.js';
import { writeError } from '../fetch/write-error.js';
import type { ImageLimits } from '../images/render-image.js';
import { CLASS_NAMES_FILE } from '../sources/class-names-file.js';
import type { ImageSource } from '../sources/image-source.js';
import type { ImageSets } from '../sources/open-image-sets.js';
import { sourceDigest } from '../sources/source-digest.js';
import { packShard } from './pack-shard.js';
import { type PackedPart, readPackedShard, sumOfParts } from './packed-part.js';

export interface PackImagesOptions {
  /** Longest shorter side that an image keeps, pixels. Default 480: the largest that the paper scales to (§3.4). */
  readonly shorterSide?: number;
  /** Of images that are encoded anew, 1–100. Default 95. */
  readonly quality?: number;
  /** Default 1000: 50 to 100 MB. */
  readonly imagesPerShard?: number;
  /** What is done with an image that cannot be decoded. Default `skip`: it is left out and named. */
  readonly onBroken?: BrokenImagePolicy;
  readonly limits?: ImageLimits;
  /** Called after each image with how many are done. */
  readonly onProgress?: (done: number) => void;
}

/** Says what a folder is being packed from, and how. */
const PLAN_FILE = 'packed.json';

type Plan = Required<Pick<PackImagesOptions, 'shorterSide' | 'quality' | 'imagesPerShard' | 'onBroken'>>;

/**
 * Packs images for repeated runs: shards `train-00000.tar`, `val-00000.tar`, … (WebDataset's layout) of JPEGs whose
 * shorter side is at most 480, which `openImageSets` opens, with the names of the classes. The order is the source's; the
 * same images give the same bytes. A packing that was interrupted goes on when it is asked for again: shards are there
 * whole or not at all.
 *
 * @throws DataError where the folder holds a packing of other images or other options, or cannot be written;
 *   ArgumentError for options out of range
 * @example
 * const { train, validation } = await packImages(await openImageSets('imagenet'), 'imagenet-480');
 */
export async function packImages(
  sets: Pick<ImageSets, 'train' | 'validation'>,
  folder: string,
  { limits, onProgress, ...asked }: PackImagesOptions = {},
): Promise<{ readonly train: PackedPart; readonly validation: PackedPart }> {
  const plan: Plan = { shorterSide: 480, quality: 95, imagesPerShard: 1000, onBroken: 'skip', ...asked };
  checkInteger('shorterSide', plan.shorterSide, 1, 8192);
  checkInteger('quality', plan.quality, 1, 100);
  checkInteger('imagesPerShard', plan.imagesPerShard, 1, 100_000);
  const { train, validation } = sets;
  if (train.classNames.join('\n') !== validation.classNames.join('\n')) {
    throw new ArgumentError(expected('the classes of the training images', 'validation', validation.classNames));
  }
  await mkdir(folder, { recursive: true }).catch((cause: unknown) => {
    throw writeError(folder, cause);
  });
  const digests = { train: sourceDigest(train), validation: sourceDigest(validation) };
  await claim(folder, `${JSON.stringify({ format: 'resnet-ts packed images', ...plan, ...digests })}\n`);
  await writeFileAtomically(join(folder, CLASS_NAMES_FILE), Buffer.from(`${JSON.stringify(train.classNames)}\n`));
  let done = 0;
  const context = { folder, plan, limits, tell: (images: number) => onProgress?.((done += images)) };
  return {
    train: await packPart(train, 'train', context),
    validation: await packPart(validation, 'val', context),
  };
}

/** Writes the plan, or finds the same one there. */
async function claim(folder: string, plan: string): Promise<void> {
  const path = join(folder, PLAN_FILE);
  const before = await readFile(path, 'utf8').catch(() => undefined);
  if (before === undefined) return await writeFileAtomically(path, Buffer.from(plan));
  if (before === plan) return;
  const remedy = 'take another folder, or remove this one';
  throw new DataError(path, expected('the images and options of this packing', 'the folder', 'others', remedy));
}

/** Shard after shard; those that are there whole are passed over. */
async function packPart(
  source: ImageSource,
  prefix: string,
  { folder, plan, limits, tell }: PackContext,
): Promise<PackedPart> {
  const parts: PackedPart[] = [];
  for (let first = 0; first < source.count; first += plan.imagesPerShard) {
    const name = `${prefix}-${String(parts.length).padStart(5, '0')}`;
    const last = Math.min(first + plan.imagesPerShard, source.count);
    const before = await readPackedShard(folder, name);
    if (before !== undefined) tell(last - first);
    const { onBroken, ...shrink } = plan;
    const options = { folder, name, first, last, onBroken, shrink: { ...shrink, limits }, onImage: () => tell(1) };
    parts.push(before ?? (await packShard(source, options)));
  }
  return sumOfParts(parts);
}

interface PackContext {
  readonly folder: string;
  readonly plan: Plan;
  readonly limits: ImageLimits | undefined;
  readonly tell: (images: number) => void;
}
