import { DataError, expected } from '@resnet-ts/tensor-ops';
import { join } from 'node:path';
import type { BrokenImagePolicy } from '../batches/image-loader.js';
import { writeFileAtomically } from '../fetch/write-file-atomically.js';
import { UnreadableImage } from '../images/unreadable-image.js';
import type { ImageSource, RefusedImage } from '../sources/image-source.js';
import { createLocationReader, type LocationReader } from '../sources/read-location.js';
import type { PackedPart } from './packed-part.js';
import { shrinkImage, type ShrinkOptions, type ShrunkImage } from './shrink-image.js';
import { TAR_END, tarMember } from './tar-member.js';

/** Images in work at once: libuv works with 4 threads. */
const AT_ONCE = 6;

export interface PackShardOptions {
  readonly folder: string;
  /** Of the shard, without the ending. */
  readonly name: string;
  /** Of its images in the source. */
  readonly first: number;
  /** The one after its last. */
  readonly last: number;
  readonly shrink: ShrinkOptions;
  readonly onBroken: BrokenImagePolicy;
  readonly onImage: () => void;
}

/**
 * Writes some images of a source as one shard, `<name>.tar`, and then what became of them, `<name>.json`.
 *
 * @throws DataError naming an image that is broken where these are not skipped, or a file that cannot be written
 */
export async function packShard(source: ImageSource, options: PackShardOptions): Promise<PackedPart> {
  const { folder, name, onImage } = options;
  const sum = { kept: 0, converted: 0, scaled: 0, bytes: 0 };
  const broken: RefusedImage[] = [];
  async function* members(): AsyncGenerator<Uint8Array, void> {
    for await (const { index, image, reason } of shrinkInOrder(source, options)) {
      if (image === undefined) broken.push({ id: source.id(index), reason: reason ?? '' });
      else {
        const key = String(index).padStart(8, '0');
        sum[image.how] += 1;
        sum.bytes += image.bytes.length;
        yield* tarMember(`${key}.jpg`, image.bytes);
        yield* tarMember(`${key}.cls`, Buffer.from(String(source.label(index))));
        // For people, who look for the image that it was.
        yield* tarMember(`${key}.txt`, Buffer.from(source.id(index)));
      }
      onImage();
    }
    yield TAR_END;
  }
  await writeFileAtomically(join(folder, `${name}.tar`), members());
  const part = { ...sum, broken };
  await writeFileAtomically(join(folder, `${name}.json`), Buffer.from(`${JSON.stringify(part)}\n`));
  return part;
}

interface Outcome {
  readonly index: number;
  readonly image?: ShrunkImage;
  readonly reason?: string;
}

/** Several images at once, handed out in order. */
async function* shrinkInOrder(
  source: ImageSource,
  { first, last, onBroken, shrink }: PackShardOptions,
): AsyncGenerator<Outcome, void> {
  const reader = createLocationReader(shrink.limits?.bytes);
  const waiting: Promise<Outcome>[] = [];
  for (let index = first, next = first; index < last; index += 1) {
    for (; next < last && waiting.length < AT_ONCE; next += 1) {
      const work = shrinkOne(source, next, { reader, onBroken, shrink });
      // Reported when its turn comes; until then it must not count as unhandled.
      work.catch(() => undefined);
      waiting.push(work);
    }
    const outcome = await waiting.shift();
    if (outcome !== undefined) yield outcome;
  }
}

async function shrinkOne(
  source: ImageSource,
  index: number,
  { reader, onBroken, shrink }: { reader: LocationReader; onBroken: BrokenImagePolicy; shrink: ShrinkOptions },
): Promise<Outcome> {
  try {
    return { index, image: await shrinkImage(await reader.read(source.location(index)), shrink) };
  } catch (cause) {
    if (!(cause instanceof UnreadableImage)) throw cause;
    if (onBroken === 'skip') return { index, reason: cause.message };
    const remedy = 'remove or replace the image, or skip broken ones';
    throw new DataError(source.id(index), expected(cause.wanted, 'the image', cause.received, remedy), { cause });
  }
}
