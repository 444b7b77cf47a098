import type { BatchSource, ImageClassifier } from '@resnet-ts/tensor-ops';
import { isImageFolder, type Recipe } from '@resnet-ts/training';
import type { Preprocessing } from '../run/preprocessing.js';
import { findNamedSetData } from './named-set-data.js';

/** Batches that hold workers open until they are closed. */
export interface ClosableBatches extends BatchSource {
  close(): Promise<void>;
}

/** An image that could not be decoded. */
export interface BrokenImage {
  readonly set: 'training' | 'validation';
  readonly id: string;
  readonly reason: string;
}

/** What a run trains on and is judged by, ready to be read. */
export interface OpenedData {
  readonly training: ClosableBatches;
  readonly held: ClosableBatches;
  /** For people: `cifar10 test`. */
  readonly heldName: string;
  readonly preprocessing: Preprocessing;
  /** Values that parameters begin with in place of random ones, measured on the training images as the recipe asks. */
  initialValues?(network: ImageClassifier): Readonly<Record<string, Float32Array>>;
  /** Images found broken and skipped so far. */
  broken(): readonly BrokenImage[];
}

/** What a recipe trains on, found but not read: every mistake of recipe and command line shows before. */
export interface TrainingData {
  /** With the number of classes that the images have. */
  readonly recipe: Recipe;
  /** Height, width and channels of what the network sees. */
  readonly inputShape: readonly [number, number, number];
  open(options: { readonly workers: number }): Promise<OpenedData>;
}

export interface FindDataOptions {
  /** The folder of the data sets, or of the images. */
  readonly data: string;
  /** Of the run that is resumed. */
  readonly runFolder: string | undefined;
  readonly note: (line: string) => void;
}

/**
 * Finds what a recipe trains on.
 *
 * @throws ArgumentError where the recipe does not fit the data; DataError where these are missing or damaged
 */
export async function findTrainingData(recipe: Recipe, options: FindDataOptions): Promise<TrainingData> {
  if (!isImageFolder(recipe.data)) return findNamedSetData(recipe, options);
  // Training on CIFAR never needs the codecs behind this.
  const { findImageFolderData } = await import('./image-folder-data.js');
  return findImageFolderData(recipe, recipe.data, options);
}
