import { ArgumentError, expected } from '@resnet-ts/tensor-ops';
import type { View } from './view.js';

/** What is averaged over the views of an image: softmax outputs, or logits before one softmax. */
export type Average = 'probabilities' | 'logits';

/** Which parts of an image, at which sizes, a network looks at, and how what it says is put together. */
export interface Protocol {
  /** For titles: `10-crop 224 of 256`. */
  readonly name: string;
  /** Shorter sides at which every image is wanted, pixels. */
  readonly shorterSides: readonly number[];
  readonly average: Average;
  /**
   * The views of one image at one of the sizes.
   *
   * @throws ArgumentError for an image that is too small
   */
  views(height: number, width: number): readonly View[];
}

export interface ProtocolOptions {
  /** Default 'probabilities'. */
  readonly average?: Average;
}

export interface CropOptions extends ProtocolOptions {
  /** Side of the square crop, pixels. Default 224. */
  readonly cropSize?: number;
  /** Of the image it is cut from, pixels. Default 256. */
  readonly shorterSide?: number;
}

/** @throws ArgumentError unless it is a positive number of pixels */
export function assertSide(parameter: string, value: number): void {
  if (!Number.isSafeInteger(value) || value < 1) throw new ArgumentError(expected('an integer >= 1', parameter, value));
}

export function assertCrop(cropSize: number, shorterSide: number): void {
  assertSide('cropSize', cropSize);
  assertSide('shorterSide', shorterSide);
  if (cropSize > shorterSide) {
    throw new ArgumentError(expected(`at most the shorter side, ${shorterSide},`, 'cropSize', cropSize));
  }
}

/**
 * The crop in the middle; of an odd rest, the smaller half lies above and to the left, as in Caffe, with which the
 * paper's networks were tested. (torchvision rounds halves to even, which differs by a pixel for every other odd rest.)
 */
export function centreView(height: number, width: number, cropSize: number): View {
  const top = Math.floor((height - cropSize) / 2);
  const left = Math.floor((width - cropSize) / 2);
  return { top, left, height: cropSize, width: cropSize, mirrored: false };
}
