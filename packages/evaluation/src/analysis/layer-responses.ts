import type { NetworkState } from '@resnet-ts/tensor-ops';
import * as tf from '@tensorflow/tfjs-core';
import { forEachBatch, type AnalysisOptions } from './for-each-batch.js';

/** How strongly one layer responds. */
export interface LayerResponse {
  /** Name of the layer's batch norm, e.g. `layer1.0.bn2`. */
  readonly layer: string;
  /** Of all its outputs, over images, positions and channels. */
  readonly mean: number;
  readonly deviation: number;
}

export interface LayerResponsesOptions extends AnalysisOptions {
  /** Left as it is. */
  readonly state: NetworkState;
  /** Which batch norms count. Default: all but those of projections (`downsample`), which are not on the branch. */
  readonly includes?: ((batchNorm: string) => boolean) | undefined;
}

const isNoProjection = (batchNorm: string): boolean => !batchNorm.includes('.downsample.');

/**
 * The response of every layer: the standard deviation of its output after batch norm and before ReLU and addition, in the
 * order of the layers (section 4.2, "Analysis of layer responses", and Figure 7). The network runs with its running
 * statistics; sums over batches are float64.
 *
 * @throws ArgumentError without images; DataError naming the batch for images of a wrong shape
 *
 * @example
 * const responses = await layerResponses({ network, state, batches: test });
 * const sorted = responses.map(({ deviation }) => deviation).sort((a, b) => b - a); // Figure 7, bottom
 */
export async function layerResponses(options: LayerResponsesOptions): Promise<LayerResponse[]> {
  const { network, state, includes = isNoProjection } = options;
  const layers = new Map<string, RunningMoments>();
  await forEachBatch(options, async ({ images }) => {
    const pending: { readonly layer: string; readonly count: number; readonly moments: tf.Tensor }[] = [];
    const normalized = (layer: string, response: tf.Tensor4D): void => {
      if (!includes(layer)) return;
      // Of sums and products, for which backends have fast kernels; `tf.moments` takes 20 times as long.
      const moments = tf.tidy(() => {
        const mean = tf.div(tf.sum(response), response.size);
        const difference = tf.sub(response, mean);
        return tf.stack([mean, tf.div(tf.sum(tf.mul(difference, difference)), response.size)]);
      });
      pending.push({ layer, count: response.size, moments: tf.keep(moments) });
    };
    try {
      tf.tidy(() => void network.apply(images, state, { training: false, observe: { normalized } }));
      for (const { layer, count, moments } of pending) {
        const [mean = Number.NaN, variance = Number.NaN] = await moments.data();
        const running = layers.get(layer) ?? new RunningMoments();
        layers.set(layer, running);
        running.add(count, mean, variance);
      }
    } finally {
      for (const { moments } of pending) moments.dispose();
    }
  });
  return [...layers].map(([layer, { mean, deviation }]) => ({ layer, mean, deviation }));
}

/** Mean and variance of a union of sets from those of each (Chan, Golub and LeVeque 1983): nothing cancels. */
class RunningMoments {
  #count = 0;
  #mean = 0;
  #squares = 0;

  add(count: number, mean: number, variance: number): void {
    const total = this.#count + count;
    const difference = mean - this.#mean;
    this.#squares += variance * count + difference ** 2 * ((this.#count * count) / total);
    this.#mean += difference * (count / total);
    this.#count = total;
  }

  get mean(): number {
    return this.#mean;
  }

  get deviation(): number {
    return Math.sqrt(this.#squares / this.#count);
  }
}
