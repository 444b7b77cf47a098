import * as tf from '@tensorflow/tfjs-core';
import type { Model } from '../protocols/model.js';
import type { PixelImage, TestImages } from '../protocols/test-images.js';

/** Whose logits are the means of its three channels; notes the shapes it is shown. */
export function meanModel(): Model & { readonly shapes: number[][] } {
  const shapes: number[][] = [];
  return {
    classes: 3,
    channels: 3,
    shapes,
    logits(images) {
      shapes.push([...images.shape]);
      return tf.mean(images, [1, 2]) as tf.Tensor2D;
    },
  };
}

/** Images of random sizes and pixels, each a function of its index and the shorter side. */
export function scatteredImages(
  size: number,
): Omit<TestImages, 'image'> & { image(index: number, shorterSide: number): PixelImage } {
  return {
    size,
    label: (index) => index % 3,
    image(index, shorterSide) {
      const longer = shorterSide + ((index * 7) % 5);
      const [height, width] = index % 2 === 0 ? [shorterSide, longer] : [longer, shorterSide];
      const values = Float32Array.from({ length: height * width * 3 }, (_, k) => {
        const bits = Math.imul(k + 1, 0x85ebca6b) ^ Math.imul(index + shorterSide, 0x9e3779b1);
        return ((Math.imul(bits ^ (bits >>> 13), 0x735a2d97) >>> 0) / 2 ** 32) * 8 * (1 + ((k + index) % 3));
      });
      return { height, width, channels: 3, values };
    },
  };
}
