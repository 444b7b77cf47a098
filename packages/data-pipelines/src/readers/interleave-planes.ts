import { endianness } from 'node:os';

const SIDE = 32;
/** Pixels of an image of CIFAR's layout, and bytes of one of its three planes. */
export const PLANE = SIDE * SIDE;

/** What is wrong in a record of CIFAR's layout. */
export interface WrongLabel {
  readonly record: number;
  readonly field: 'label' | 'superclass';
  readonly value: number;
  /** Labels below this one would fit. */
  readonly limit: number;
}

/** Superclasses of CIFAR-100: the range of the first of two label bytes. */
const SUPERCLASSES = 20;

/**
 * Whole records of CIFAR's layout into images `[N, 32, 32, 3]` and labels `[N]`, as many as `labels` takes. It stops at
 * a label out of range and says which. This file imports nothing of the package: threads that read a data set start
 * with it.
 */
export function interleavePlanes(
  { images, labels }: { readonly images: Uint8Array; readonly labels: Uint8Array },
  bytes: Uint8Array,
  { labelBytes, classes }: { readonly labelBytes: 1 | 2; readonly classes: number },
): WrongLabel | undefined {
  const recordBytes = labelBytes + 3 * PLANE;
  const wholeWords = endianness() === 'LE' && images.byteOffset % 4 === 0;
  const words = wholeWords ? new Uint32Array(images.buffer, images.byteOffset, images.length / 4) : undefined;
  for (let record = 0; record < labels.length; record += 1) {
    const start = record * recordBytes;
    const superclass = labelBytes === 2 ? (bytes[start] ?? 0) : 0;
    if (superclass >= SUPERCLASSES) return { record, field: 'superclass', value: superclass, limit: SUPERCLASSES };
    const label = bytes[start + labelBytes - 1] ?? 0;
    if (label >= classes) return { record, field: 'label', value: label, limit: classes };
    labels[record] = label;
    const planes = bytes.subarray(start + labelBytes, start + recordBytes);
    if (words === undefined) interleaveBytes(planes, images.subarray(record * 3 * PLANE));
    else interleaveWords(planes, words, (record * 3 * PLANE) / 4);
  }
  return undefined;
}

/** Three planes to pixels: `[3, 32, 32]` to `[32, 32, 3]`. */
function interleaveBytes(planes: Uint8Array, pixels: Uint8Array): void {
  for (let pixel = 0; pixel < PLANE; pixel += 1) {
    pixels[3 * pixel] = planes[pixel] ?? 0;
    pixels[3 * pixel + 1] = planes[PLANE + pixel] ?? 0;
    pixels[3 * pixel + 2] = planes[2 * PLANE + pixel] ?? 0;
  }
}

/** Planes of one record where words can be read: labels leave them at odd places in the file. */
const aligned = new Uint8Array(3 * PLANE);
const alignedWords = new Uint32Array(aligned.buffer);

/** The same four pixels at a time, a third of the time: reading 60,000 images was the longest part of a start. */
function interleaveWords(planes: Uint8Array, words: Uint32Array, first: number): void {
  aligned.set(planes);
  const plane = PLANE / 4;
  for (let index = 0; index < plane; index += 1) {
    const red = alignedWords[index] ?? 0;
    const green = alignedWords[plane + index] ?? 0;
    const blue = alignedWords[2 * plane + index] ?? 0;
    const at = first + 3 * index;
    // Bytes in memory order: r₀ g₀ b₀ r₁, g₁ b₁ r₂ g₂, b₂ r₃ g₃ b₃.
    words[at] = (red & 0xff) | ((green & 0xff) << 8) | ((blue & 0xff) << 16) | ((red & 0xff00) << 16);
    words[at + 1] = ((green >>> 8) & 0xff) | (blue & 0xff00) | (red & 0xff0000) | ((green & 0xff0000) << 8);
    words[at + 2] = ((blue >>> 16) & 0xff) | ((red >>> 16) & 0xff00) | ((green >>> 8) & 0xff0000) | (blue & 0xff000000);
  }
}
