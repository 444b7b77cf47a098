import type { Tensor2D, Tensor4D } from '@tensorflow/tfjs-core';
import * as tf from '@tensorflow/tfjs-core';

/**
 * Views of small images over which logits are averaged. `mirrored`: the image and its mirror image. `shifted`: the same
 * two, weighing a half, and both of the image moved by one pixel to the upper left and to the lower right, zeros moving
 * in (the six views of cifar10-airbench, arXiv 2404.00498, section 3.5, which reflects the border instead).
 */
export type TestViews = 'mirrored' | 'shifted';

/** How an image is looked at, and what that counts. */
interface View {
  /** Pixels to the right and down; zeros move in. */
  readonly shift: number;
  readonly mirrored: boolean;
  readonly weight: number;
}

const bothWays = (shift: number, weight: number): readonly View[] => [
  { shift, mirrored: false, weight: weight / 2 },
  { shift, mirrored: true, weight: weight / 2 },
];

const VIEWS: Readonly<Record<TestViews, readonly View[]>> = {
  mirrored: bothWays(0, 1),
  shifted: [...bothWays(0, 1 / 2), ...bothWays(-1, 1 / 4), ...bothWays(1, 1 / 4)],
};

/**
 * The logits of images, averaged over their views. Inside `tf.tidy`.
 *
 * @param images `[N, H, W, C]`, as the network is trained on them
 * @param logitsOf `[N, H, W, C]` → `[N, classes]`
 */
export function averagedLogits(
  images: Tensor4D,
  views: TestViews | undefined,
  logitsOf: (images: Tensor4D) => Tensor2D,
): Tensor2D {
  if (views === undefined) return logitsOf(images);
  const values = images.dataSync<'float32'>();
  const weighted = VIEWS[views].map((view) => {
    const seen = tf.tensor4d(pixelsOf(values, images.shape, view), images.shape);
    return tf.mul(logitsOf(seen), view.weight) as Tensor2D;
  });
  return tf.addN(weighted);
}

/** Written by hand: `tf.reverse` and `tf.slice` of the cpu backend take 1.5 s for 250 images, a hundred times as long. */
function pixelsOf(
  values: Float32Array,
  [images, height, width, channels]: Tensor4D['shape'],
  { shift, mirrored }: View,
): Float32Array {
  const pixels = new Float32Array(values.length);
  for (let image = 0; image < images; image += 1) {
    for (let y = Math.max(0, shift); y < Math.min(height, height + shift); y += 1) {
      const to = (image * height + y) * width;
      const from = (image * height + y - shift) * width - shift;
      for (let x = Math.max(0, shift); x < Math.min(width, width + shift); x += 1) {
        const target = (to + (mirrored ? width - 1 - x : x)) * channels;
        const source = (from + x) * channels;
        for (let channel = 0; channel < channels; channel += 1) {
          pixels[target + channel] = values[source + channel] ?? 0;
        }
      }
    }
  }
  return pixels;
}
