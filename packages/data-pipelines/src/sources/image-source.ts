/** Where the bytes of one encoded image lie. Plain data, so that it can be sent to a worker. */
export type ImageLocation =
  | { readonly kind: 'file'; readonly path: string }
  /** A part of a file: a member of a tar archive. */
  | { readonly kind: 'range'; readonly path: string; readonly offset: number; readonly bytes: number }
  /** A row of a parquet file whose column holds the bytes, alone or as the field `bytes`. */
  | { readonly kind: 'row'; readonly path: string; readonly column: string; readonly row: number };

/** An image that is not used, and why. */
export interface RefusedImage {
  /** Its name in the source. */
  readonly id: string;
  readonly reason: string;
}

/**
 * A list of labelled, encoded images. Only names, labels and places are in memory; bytes are read when an image is
 * wanted. The order is a function of the names alone, so that a sample's index means the same image on every machine.
 *
 * A source is made by `openImageFolder`, `openIlsvrcTrain`, `openWebDataset`, `openParquet`, or by hand from an array.
 */
export interface ImageSource {
  /** The folder or file, for messages. */
  readonly name: string;
  readonly count: number;
  readonly classNames: readonly string[];
  /** The class of image `index`, from 0. */
  label(index: number): number;
  /** The name of image `index`: unique, stable, readable. */
  id(index: number): string;
  location(index: number): ImageLocation;
  /** What was found beside the images and left out: links, names that lead outside, other files. */
  readonly passedOver: readonly RefusedImage[];
}
