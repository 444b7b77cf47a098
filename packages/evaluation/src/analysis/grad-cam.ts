import {
  ArgumentError,
  disposeNamed,
  expected,
  valueAndGradients,
  type ImageClassifier,
  type NetworkState,
} from '@resnet-ts/tensor-ops';
import * as tf from '@tensorflow/tfjs-core';
import { featureMaps, type FeatureMaps, type HeatMap } from './feature-maps.js';
import { channelWeights, type CamMethod } from './cam-weights.js';

export interface GradCamOptions {
  readonly network: ImageClassifier;
  /** Left as it is. */
  readonly state: NetworkState;
  /** `[N, H, W, C]`, prepared as for the network; stays the caller's. */
  readonly images: tf.Tensor4D;
  /** The class to explain, for each image. Default: the one with the largest logit. */
  readonly classes?: readonly number[] | undefined;
  /** The block whose output is weighed. Default: the last one, which sees most and is coarsest. */
  readonly block?: string | undefined;
  /** Default 'grad-cam'. */
  readonly method?: CamMethod | undefined;
}

/** Where in an image a class was seen. */
export interface ClassActivation extends HeatMap {
  /** The class explained. */
  readonly class: number;
  /** Its logit. */
  readonly logit: number;
  readonly block: string;
}

/**
 * Class activation maps of any network whose blocks can be observed: Grad-CAM (Selvaraju et al. 2017) or Grad-CAM++
 * (Chattopadhay et al. 2018). Each is ReLU(Σ weight·activation) over the channels of a block, at the block's resolution
 * and in its scale; the score differentiated is the logit. In a network that ends in global average pooling, Grad-CAM of
 * the last block is CAM itself (Zhou et al. 2016), divided by the number of positions.
 *
 * @throws ArgumentError for an unknown block, or classes that do not fit
 *
 * @example
 * const [map] = await gradCam({ network, state, images });
 * heatMapSvg(map); // from the entry `drawings`
 */
export async function gradCam(options: GradCamOptions): Promise<ClassActivation[]> {
  const { network, state, images, block, method = 'grad-cam' } = options;
  const maps = await featureMaps({ network, state, images, ...(block === undefined ? {} : { blocks: [block] }) });
  const activation = maps.at(-1);
  if (activation === undefined) {
    throw new ArgumentError(expected('a network that shows its blocks to an observer', 'network', network.name));
  }
  const { logits, classes } = await chooseClasses(options);
  const gradient = await activationGradient(options, activation, classes);
  return classes.map((chosen, image) => ({
    ...weighedSum(activation, gradient, image, method),
    class: chosen,
    logit: logits[image * network.classes + chosen] ?? Number.NaN,
    block: activation.block,
  }));
}

async function chooseClasses({ network, state, images, classes }: GradCamOptions) {
  const tensor = tf.tidy(() => network.apply(images, state, { training: false }).logits);
  const logits = await tensor.data();
  tensor.dispose();
  const count = images.shape[0];
  if (classes === undefined) {
    const row = (image: number) => logits.subarray(image * network.classes, (image + 1) * network.classes);
    return { logits, classes: Array.from({ length: count }, (_, image) => largestIndex(row(image))) };
  }
  const valid = classes.every((value) => Number.isInteger(value) && value >= 0 && value < network.classes);
  if (classes.length !== count || !valid) {
    throw new ArgumentError(expected(`${count} classes from 0 to ${network.classes - 1}`, 'classes', classes));
  }
  return { logits, classes };
}

function largestIndex(row: ArrayLike<number>): number {
  let best = 0;
  for (let k = 1; k < row.length; k += 1) if ((row[k] ?? NaN) > (row[best] ?? NaN)) best = k;
  return best;
}

/** ∂(logit of its class)/∂activation of every image: images do not mix, so the gradient of the sum holds them all. */
async function activationGradient(
  { network, state, images }: GradCamOptions,
  { block, shape, values }: FeatureMaps,
  classes: readonly number[],
): Promise<Float32Array> {
  const activation = tf.tensor4d(values, [...shape]);
  const mask = tf.tidy(() => tf.cast(tf.oneHot(tf.tensor1d([...classes], 'int32'), network.classes), 'float32'));
  const { loss, gradients } = valueAndGradients({ activation }, (parameters) => {
    const output = (name: string): tf.Tensor4D | undefined =>
      name === block ? differentiableCopy(parameters['activation'] as tf.Tensor4D) : undefined;
    const { logits } = network.apply(images, state, { training: false, observe: { output } });
    return { loss: maskedSum(logits, mask) };
  });
  try {
    return Float32Array.from((await gradients['activation']?.data()) ?? []);
  } finally {
    loss.dispose();
    disposeNamed(gradients);
    activation.dispose();
    mask.dispose();
  }
}

/** tfjs-core on its own has no gradient for a copy or a product. */
function differentiableCopy(x: tf.Tensor4D): tf.Tensor4D {
  const copy = tf.customGrad((input) => ({
    value: tf.clone(input as tf.Tensor4D),
    gradFunc: (dy: tf.Tensor4D) => tf.clone(dy),
  }));
  return copy(x);
}

function maskedSum(logits: tf.Tensor2D, mask: tf.Tensor): tf.Scalar {
  const sum = tf.customGrad((x) => ({
    value: tf.sum(tf.mul(x as tf.Tensor2D, mask)) as tf.Scalar,
    gradFunc: (dy: tf.Scalar) => tf.mul(dy, mask),
  }));
  return sum(logits);
}

function weighedSum(maps: FeatureMaps, gradient: Float32Array, image: number, method: CamMethod): HeatMap {
  const [, height, width, channels] = maps.shape;
  const [first, size] = [image * height * width * channels, height * width * channels];
  const activations = maps.values.subarray(first, first + size);
  const weights = channelWeights(activations, gradient.subarray(first, first + size), channels, method);
  const values = new Float32Array(height * width);
  for (let place = 0; place < values.length; place += 1) {
    let sum = 0;
    for (let k = 0; k < channels; k += 1) sum += (weights[k] ?? 0) * (activations[place * channels + k] ?? Number.NaN);
    values[place] = Math.max(0, sum);
  }
  return { height, width, values };
}
