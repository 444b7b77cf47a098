import type { Mirror } from '../mirrors/mirror.js';

/** A published sum of a file's bytes, in lower-case hexadecimal. */
export interface Checksum {
  readonly algorithm: 'md5' | 'sha1' | 'sha256';
  readonly hex: string;
}

/** One file of a data set, as it lies on disk (or gzipped beside it, with `.gz` after its name). */
export interface DatasetFile {
  readonly name: string;
  /** Exact size, not gzipped. */
  readonly bytes: number;
  readonly checksum: Checksum;
}

/**
 * CIFAR's binary layout: records of label bytes and then a red, a green and a blue plane. With two label bytes
 * (CIFAR-100) the first is the superclass and the second the class.
 */
export interface CifarLayout {
  readonly kind: 'cifar';
  readonly labelBytes: 1 | 2;
  readonly train: readonly string[];
  readonly test: readonly string[];
}

/** The IDX layout of MNIST and its kin: one file of images and one of labels for each part. */
export interface IdxLayout {
  readonly kind: 'idx';
  readonly train: { readonly images: string; readonly labels: string };
  readonly test: { readonly images: string; readonly labels: string };
}

/**
 * A data set as data: what its files are, how they are read, and where they can be had. The functions that take the
 * name of a data set take one of these as well, so a set of your own in one of the layouts needs no code.
 */
export interface DatasetDescription {
  readonly name: string;
  readonly title: string;
  /** Folder under the data directory; the name that the official archive unpacks to, where there is one. */
  readonly folder: string;
  readonly height: number;
  readonly width: number;
  readonly channels: number;
  readonly trainCount: number;
  readonly testCount: number;
  readonly classNames: readonly string[];
  readonly layout: CifarLayout | IdxLayout;
  readonly files: readonly DatasetFile[];
  /** Tried in this order. */
  readonly mirrors: readonly Mirror[];
}
