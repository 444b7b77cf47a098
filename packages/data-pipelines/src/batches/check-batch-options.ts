import { ArgumentError, ShapeError, expected } from '@resnet-ts/tensor-ops';
import { type ImageSet, checkImageSet, imageBytes } from '../sets/image-set.js';

/** @throws ArgumentError unless `value` is an integer from `minimum` to `maximum`. */
export function checkInteger(
  parameter: string,
  value: unknown,
  minimum: number,
  maximum = Number.MAX_SAFE_INTEGER,
): void {
  if (typeof value === 'number' && Number.isSafeInteger(value) && value >= minimum && value <= maximum) return;
  const range = maximum === Number.MAX_SAFE_INTEGER ? `>= ${minimum}` : `from ${minimum} to ${maximum}`;
  throw new ArgumentError(expected(`an integer ${range}`, parameter, value));
}

/** What training and evaluation batches ask of their arguments alike. */
export function checkBatchOptions(
  set: ImageSet,
  { batchSize, mean }: { readonly batchSize: number; readonly mean: Float32Array },
): void {
  checkImageSet(set);
  checkInteger('batchSize', batchSize, 1);
  if (!(mean instanceof Float32Array) || mean.length !== imageBytes(set)) {
    const wanted = `a Float32Array of ${imageBytes(set)} values (${set.height} × ${set.width} × ${set.channels})`;
    throw new ShapeError(expected(wanted, 'mean', mean, 'compute it with perPixelMean(train)'));
  }
}
