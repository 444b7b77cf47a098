import type { ImageSet } from '@resnet-ts/data-pipelines';
import type { ImageSource, RefusedImage, ResamplingKernel } from '@resnet-ts/data-pipelines/images';
import type { TestImages } from '@resnet-ts/evaluation';

/** Labelled whole images that networks are tested on, with what a report of them needs. */
export interface OpenedImages extends TestImages {
  /** For people: `cifar10 test`, or the folder. */
  readonly name: string;
  readonly classNames: readonly string[];
  /** The name of image `index`: its path in the folder, or its number. */
  id(index: number): string;
  /** Images that cannot be decoded and are left out. */
  readonly broken: readonly RefusedImage[];
  /** The same images where they lie in memory, all of one size. */
  readonly set?: ImageSet;
  /** The same images where they are files, and the filter that scales them. */
  readonly files?: { readonly source: ImageSource; readonly kernel: ResamplingKernel };
}
