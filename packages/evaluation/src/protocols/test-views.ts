import type { Tensor2D, Tensor4D } from '@tensorflow/tfjs-core';
import * as tf from '@tensorflow/tfjs-core';

/**
 * Views of small images over which logits are averaged. `mirrored`: the image and its mirror image. `shifted`: the same
 * two, weighing a half, and both of the image moved by one pixel to the upper left and to the lower right, zeros moving
 * in (the six views of cifar10-airbench, arXiv 2404.00498, section 3.5, which reflects the border instead).
 */
export type TestViews = 'mirrored' | 'shifted';

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
  const bothWays = (view: Tensor4D): Tensor2D =>
    tf.mul(tf.add(logitsOf(view), logitsOf(tf.reverse(view, 2))), 0.5) as Tensor2D;
  if (views === 'mirrored') return bothWays(images);
  const moved = tf.add(bothWays(shifted(images, -1)), bothWays(shifted(images, 1)));
  return tf.add(tf.mul(bothWays(images), 0.5), tf.mul(moved, 0.25)) as Tensor2D;
}

/** Moved down and to the right by `by` pixels, which may be below 0. */
function shifted(images: Tensor4D, by: number): Tensor4D {
  const border = Math.abs(by);
  const padded = tf.pad(images, [
    [0, 0],
    [border, border],
    [border, border],
    [0, 0],
  ]);
  return tf.slice(padded, [0, border - by, border - by, 0], images.shape);
}
