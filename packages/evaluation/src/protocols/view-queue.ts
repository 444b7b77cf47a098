import { DataError, expected } from '@resnet-ts/tensor-ops';
import * as tf from '@tensorflow/tfjs-core';
import type { Model } from './model.js';
import type { PixelImage } from './test-images.js';
import { cutView, type View } from './view.js';

interface QueuedView {
  readonly image: PixelImage;
  readonly view: View;
  readonly receive: (logits: Float64Array) => void;
}

/** Pixels of a view that counts as one against the limit of a batch; larger ones count more. */
const PIXELS_OF_A_VIEW = 224 * 224;

/** Views waiting to be shown to a model, those of one size together. Their pixels are cut out when their turn comes. */
export class ViewQueue {
  readonly #waiting = new Map<string, QueuedView[]>();

  /** @param limit of a batch, in views of 224×224 */
  constructor(
    readonly model: Model,
    readonly limit: number,
  ) {}

  /** Runs a batch as soon as there is one. */
  async add(queued: QueuedView): Promise<void> {
    const { height, width } = queued.view;
    const key = `${height}x${width}`;
    const views = this.#waiting.get(key) ?? [];
    views.push(queued);
    this.#waiting.set(key, views);
    const size = Math.max(1, (height * width) / PIXELS_OF_A_VIEW);
    if (views.length * size < this.limit) return;
    this.#waiting.delete(key);
    await this.#run(views);
  }

  /** Runs what is left. */
  async flush(): Promise<void> {
    const groups = [...this.#waiting.values()];
    this.#waiting.clear();
    for (const views of groups) await this.#run(views);
  }

  async #run(views: readonly QueuedView[]): Promise<void> {
    const { classes, channels } = this.model;
    const { height, width } = views[0]?.view ?? { height: 0, width: 0 };
    const size = height * width * channels;
    const pixels = new Float32Array(views.length * size);
    views.forEach(({ image, view }, index) => cutView(image, view, pixels, index * size));
    const logits = tf.tidy(() => {
      const scores = this.model.logits(tf.tensor4d(pixels, [views.length, height, width, channels]));
      // A model may hand out a tensor that is its own.
      return tf.clone(scores);
    });
    try {
      if (logits.shape[0] !== views.length || logits.shape[1] !== classes) {
        throw new DataError('model', expected(`logits [${views.length}, ${classes}]`, 'its result', logits.shape));
      }
      const values = await logits.data();
      views.forEach(({ receive }, row) =>
        receive(Float64Array.from(values.subarray(row * classes, (row + 1) * classes))),
      );
    } finally {
      logits.dispose();
    }
  }
}
