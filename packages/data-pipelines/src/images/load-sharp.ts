import type { Sharp, SharpOptions } from 'sharp';

export type SharpFactory = (input: Uint8Array, options: SharpOptions) => Sharp;

let loading: Promise<SharpFactory> | undefined;

/**
 * sharp, loaded where it is first needed: all that works on CIFAR works where its binary is missing.
 *
 * libvips is told to use one thread an image, because many images are decoded at once (by libuv's threads), and to
 * keep no results: no image is decoded twice with the same crop.
 */
export function loadSharp(): Promise<SharpFactory> {
  loading ??= import('sharp').then(({ default: sharp }) => {
    sharp.concurrency(1);
    sharp.cache(false);
    return (input, options) => sharp(input, options);
  });
  return loading;
}
