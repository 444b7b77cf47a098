import { ArgumentError, DataError, describe, expected } from '@resnet-ts/tensor-ops';
import { softmax } from '../metrics/softmax.js';
import type { Model } from './model.js';
import type { Protocol } from './protocol.js';
import { assertPixelImage, type TestImages } from './test-images.js';
import { ViewQueue } from './view-queue.js';

/** A model and how it looks at images: one voice of an ensemble. */
export interface Member {
  readonly model: Model;
  readonly protocol: Protocol;
  /** Of its probabilities in the mean; default 1. */
  readonly weight?: number | undefined;
}

export interface ClassifyImagesOptions {
  /** At least one; their probabilities are averaged. */
  readonly members: readonly Member[];
  readonly images: TestImages;
  /** Views of 224×224 in a batch; of larger ones, as many as have its pixels. Decides memory and time only. Default 40. */
  readonly viewsPerBatch?: number | undefined;
  /** Aborted: rejects with the signal's reason after the batch under way. */
  readonly signal?: AbortSignal | undefined;
}

/** What the members make of one image. */
export interface Classification {
  readonly index: number;
  readonly label: number;
  /** `[classes]`, sum 1; NaN where a member's logits hold NaN. */
  readonly probabilities: Float64Array;
}

/** Images whose views are collected together, so that those of one size fill batches. */
const IMAGES_AT_ONCE = 16;

/**
 * Classifies whole images, in order, by any number of models and protocols. All sums are float64, over views in the order
 * of the protocol and members in theirs, whatever the batches. Images that cannot be decoded are left out, where their
 * provider does not throw.
 *
 * @throws ArgumentError for members that do not fit together; DataError naming the image for pixels that do not fit
 * @example
 * for await (const { index, probabilities } of classifyImages({ members: [{ model, protocol: tenCrop() }], images })) {
 *   console.log(index, probabilities.indexOf(Math.max(...probabilities)));
 * }
 */
export async function* classifyImages(options: ClassifyImagesOptions): AsyncGenerator<Classification, void> {
  const { members, images, viewsPerBatch = 40, signal } = options;
  const classes = assertMembers(members);
  if (!Number.isSafeInteger(viewsPerBatch) || viewsPerBatch < 1) {
    throw new ArgumentError(expected('an integer >= 1', 'viewsPerBatch', viewsPerBatch));
  }
  const total = members.reduce((sum, { weight = 1 }) => sum + weight, 0);
  for (let first = 0; first < images.size; first += IMAGES_AT_ONCE) {
    const indices = Array.from({ length: Math.min(IMAGES_AT_ONCE, images.size - first) }, (_, k) => first + k);
    const means = indices.map(() => new Float64Array(classes));
    const missing = new Set<number>();
    for (const member of members) {
      const share = (member.weight ?? 1) / total;
      const rows = await memberProbabilities(member, images, indices, { viewsPerBatch, signal });
      for (const [k, row] of rows.entries()) {
        if (row === undefined) missing.add(k);
        row?.forEach((value, index) => addTo(means[k], index, share * value));
      }
    }
    for (const [k, index] of indices.entries()) {
      if (missing.has(k)) continue;
      yield { index, label: labelOf(images, index, classes), probabilities: means[k] ?? new Float64Array(classes) };
    }
  }
}

/** Of every image, in order; undefined for one that cannot be decoded. */
async function memberProbabilities(
  { model, protocol }: Member,
  images: TestImages,
  indices: readonly number[],
  { viewsPerBatch, signal }: { readonly viewsPerBatch: number; readonly signal: AbortSignal | undefined },
): Promise<(Float64Array | undefined)[]> {
  const queue = new ViewQueue(model, viewsPerBatch);
  const logits = indices.map((): Float64Array[] => []);
  const missing = new Set<number>();
  for (const shorterSide of protocol.shorterSides) {
    const sized = await Promise.all(indices.map(async (index) => images.image(index, shorterSide)));
    for (const [k, image] of sized.entries()) {
      signal?.throwIfAborted();
      if (image === undefined) {
        missing.add(k);
        continue;
      }
      const index = indices[k] ?? 0;
      assertPixelImage(image, index, shorterSide);
      if (image.channels !== model.channels) {
        throw new DataError(`image ${index}`, expected(`${model.channels} channels`, 'the image', image.channels));
      }
      for (const view of protocol.views(image.height, image.width)) {
        const row = new Float64Array(model.classes);
        logits[k]?.push(row);
        await queue.add({ image, view, receive: (values) => row.set(values) });
      }
    }
  }
  await queue.flush();
  return logits.map((rows, k) => (missing.has(k) ? undefined : averageViews(rows, model.classes, protocol)));
}

function averageViews(rows: readonly Float64Array[], classes: number, { average }: Protocol): Float64Array {
  const sum = new Float64Array(classes);
  for (const row of rows) {
    const values = average === 'probabilities' ? softmax(row, 0, classes) : row;
    values.forEach((value, index) => addTo(sum, index, value / rows.length));
  }
  return average === 'probabilities' ? sum : softmax(sum, 0, classes);
}

function addTo(row: Float64Array | undefined, index: number, value: number): void {
  if (row !== undefined) row[index] = (row[index] ?? 0) + value;
}

function labelOf(images: TestImages, index: number, classes: number): number {
  const label = images.label(index);
  if (Number.isInteger(label) && label >= 0 && label < classes) return label;
  throw new DataError(`image ${index}`, expected(`a class from 0 to ${classes - 1}`, 'its label', label));
}

function assertMembers(members: readonly Member[]): number {
  const [first] = members;
  if (first === undefined) throw new ArgumentError(expected('at least one model with a protocol', 'members', members));
  for (const { model, weight = 1 } of members) {
    if (model.classes !== first.model.classes) {
      const received = describe(members.map(({ model: { classes } }) => classes));
      throw new ArgumentError(`expected members of the same classes, received ${received}`);
    }
    if (!(weight > 0) || !Number.isFinite(weight)) {
      throw new ArgumentError(expected('a number above 0', 'the weight of a member', weight));
    }
  }
  return first.model.classes;
}
