import type { ImageSet } from '@resnet-ts/data-pipelines';
import type { BrokenImagePolicy, ImageSource, RefusedImage, ResamplingKernel } from '@resnet-ts/data-pipelines/images';
import type { TestImages } from '@resnet-ts/evaluation';

/** Labelled whole images that networks are tested on, with what a report of them needs. */
export interface OpenedImages extends TestImages {
  /** For people: `cifar10 test`, or the folder. */
  readonly name: string;
  readonly classNames: readonly string[];
  /** The name of image `index`: its path in the folder, or its number. */
  id(index: number): string;
  /** Images that could not be decoded when they were asked for, and were left out; in order. */
  broken(): readonly RefusedImage[];
  /** The same images where they lie in memory, all of one size. */
  readonly set?: ImageSet;
  /** The same images where they are files, the filter that scales them, and what is done with broken ones. */
  readonly files?: {
    readonly source: ImageSource;
    readonly kernel: ResamplingKernel;
    readonly onBroken: BrokenImagePolicy;
  };
}
