import { ArgumentError, expected } from '@resnet-ts/tensor-ops';

/** Size of one image's feature map, without the batch: `[H, W, C]`. */
export type FeatureShape = readonly [height: number, width: number, channels: number];

/**
 * Shape after a square window (convolution or pooling) has passed over the map: `floor((size + 2·padding − window) / stride) + 1`
 * on both spatial axes.
 *
 * @param window side of the window, pixels
 * @param padding zeros on each of the four sides, pixels
 * @throws ArgumentError when the window does not fit into the padded map
 * @example
 * windowedShape([224, 224, 3], 64, { window: 7, stride: 2, padding: 3 }); // [112, 112, 64]
 */
export function windowedShape(
  [height, width]: FeatureShape,
  channels: number,
  { window, stride, padding }: { readonly window: number; readonly stride: number; readonly padding: number },
): FeatureShape {
  const side = (size: number) => Math.floor((size + 2 * padding - window) / stride) + 1;
  if (side(height) < 1 || side(width) < 1) {
    throw new ArgumentError(
      expected(
        `at least ${Math.max(1, window - 2 * padding)} pixels on each side`,
        `a ${window}x${window} window`,
        [height, width],
        'use larger images',
      ),
    );
  }
  return [side(height), side(width), channels];
}

/** Throws an ArgumentError unless `value` is an integer of at least 1. */
export function assertPositiveInteger(parameter: string, value: unknown): asserts value is number {
  if (!Number.isSafeInteger(value) || (value as number) < 1) {
    throw new ArgumentError(expected('an integer >= 1', parameter, value));
  }
}
