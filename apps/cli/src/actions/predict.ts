import * as tf from '@tensorflow/tfjs-core';
import { disposeNamed } from '@resnet-ts/tensor-ops';
import { isImageFolder, type ImageFolderData } from '@resnet-ts/training';
import { applyConvolution } from '../backend/apply-arithmetic.js';
import { selectBackend } from '../backend/select-backend.js';
import type { PredictOptions } from '../commands/predict.js';
import { formatPercent } from '../format.js';
import { decodeImage } from '../images/decode-image.js';
import { createOutput } from '../output.js';
import { openModel, type Model } from '../run/open-model.js';

interface Prediction {
  readonly class: string;
  readonly index: number;
  /** Softmax of the logits, 0–1. */
  readonly probability: number;
}

/** Networks of CIFAR's size never need the codecs behind this. */
async function readCentre(path: string, data: ImageFolderData): Promise<Uint8Array> {
  const { decodeCentre } = await import('../images/decode-centre.js');
  return decodeCentre(path, data);
}

async function classify(
  { network, state, preprocessing, recipe }: Model,
  path: string,
): Promise<readonly Prediction[]> {
  const { shape, mean, deviation, classNames } = preprocessing;
  const { data } = recipe;
  const pixels = isImageFolder(data) ? await readCentre(path, data) : await decodeImage(path, shape);
  const divisor = (index: number): number => deviation[index % deviation.length] ?? 1;
  const centred = Float32Array.from(pixels, (value, index) => (value - (mean[index] ?? 0)) / divisor(index));
  const probabilities = tf.tidy(() => {
    const images = tf.tensor4d(centred, [1, ...shape]);
    return tf.softmax(network.apply(images, state, { training: false }).logits);
  });
  const values = await probabilities.data();
  probabilities.dispose();
  return Array.from(values, (probability, index) => ({
    class: classNames[index] ?? String(index),
    index,
    probability,
  }));
}

/** `resnet predict`: each image on its own, so that what one gets does not depend on the others. */
export async function predictAction(source: string, images: readonly string[], options: PredictOptions): Promise<void> {
  const output = createOutput(options.json ?? false);
  const backend = await selectBackend(options, output.note);
  const model = await openModel(source);
  await applyConvolution(backend, model.recipe, output.note);
  const results: { image: string; classes: readonly Prediction[] }[] = [];
  for (const image of images) {
    const predictions = await classify(model, image);
    const best = [...predictions].sort((a, b) => b.probability - a.probability || a.index - b.index);
    results.push({ image, classes: best.slice(0, options.top) });
  }
  disposeNamed(model.state.parameters);
  disposeNamed(model.state.buffers);
  output.result(results, () =>
    results
      .map(({ image, classes }) =>
        [image, ...classes.map((entry) => `  ${formatPercent(entry.probability).padStart(7)}  ${entry.class}`)].join(
          '\n',
        ),
      )
      .join('\n'),
  );
}
