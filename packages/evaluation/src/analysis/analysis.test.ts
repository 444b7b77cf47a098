import {
  batchNormInference,
  convolution,
  disposeNamed,
  softmaxCrossEntropy,
  type ImageClassifier,
  type NetworkState,
} from '@resnet-ts/tensor-ops';
import * as tf from '@tensorflow/tfjs-core';
import '@tensorflow/tfjs-backend-cpu';
import { beforeAll, describe, expect, test } from 'vitest';
import { tinyBatches, tinyNetwork, tinyState } from '../__fixtures__/tiny-network.js';
import { tableNetwork } from '../__fixtures__/table-network.js';
import {
  deleteBlocks,
  evaluate,
  featureMap,
  featureMaps,
  gradCam,
  gradientNorms,
  layerResponses,
  type FeatureMaps,
} from '../index.js';
import { channelWeights } from './cam-weights.js';

beforeAll(async () => {
  await tf.setBackend('cpu');
});

const network = tinyNetwork();
const SIZES = [3, 5];

async function imagesOf(sizes: readonly number[]): Promise<tf.Tensor4D[]> {
  const all: tf.Tensor4D[] = [];
  const iterator = await tinyBatches(sizes).iterator();
  for (let next = await iterator.next(); next.done !== true; next = await iterator.next()) all.push(next.value.images);
  return all;
}

/** Runs `f` and holds it to leaving no tensor behind. */
async function withoutLeaks<T>(f: () => Promise<T>): Promise<T> {
  const before = tf.memory().numTensors;
  const result = await f();
  expect(tf.memory().numTensors).toBe(before);
  return result;
}

const loose = { ...tableNetwork(3), inputShape: [1, 3, 1] as const };

describe('layerResponses', () => {
  test('are the deviations of batch norm’s output before ReLU and addition, over all batches', async () => {
    const state = tinyState(network);
    const options = { network, state, batches: tinyBatches(SIZES) };
    const responses = await withoutLeaks(() => layerResponses(options));
    expect(responses.map(({ layer }) => layer)).toEqual(['bn1', 'layer1.0.bn1', 'layer1.1.bn1', 'layer2.0.bn1']);

    const images = tf.concat(await imagesOf(SIZES));
    const maps = await featureMaps({ network, state, images });
    const named = (name: string) => (state.parameters[name] ?? state.buffers[name]) as tf.Tensor;
    const inputs = [images, ...maps.map(({ shape, values }) => tf.tensor4d(values, [...shape]))];
    responses.forEach(({ layer, mean, deviation }, index) => {
      const filter = named(layer.replace('bn1', 'conv1.weight')) as tf.Tensor4D;
      const stride = layer.startsWith('layer2') ? 2 : 1;
      const z = convolution(inputs[index] as tf.Tensor4D, filter, { stride, padding: 1 });
      const affine = { gamma: named(`${layer}.weight`) as tf.Tensor1D, beta: named(`${layer}.bias`) as tf.Tensor1D };
      const statistics = {
        mean: named(`${layer}.running_mean`) as tf.Tensor1D,
        variance: named(`${layer}.running_var`) as tf.Tensor1D,
      };
      const values = Array.from<number>(batchNormInference(z, affine, statistics).dataSync());
      const average = values.reduce((sum, value) => sum + value, 0) / values.length;
      const variance = values.reduce((sum, value) => sum + (value - average) ** 2, 0) / values.length;
      expect(mean).toBeCloseTo(average, 5);
      expect(deviation).toBeCloseTo(Math.sqrt(variance), 5);
    });
  });

  test('leave out what is not asked for', async () => {
    const options = { network, state: tinyState(network), batches: tinyBatches([2]) };
    const some = await layerResponses({ ...options, includes: (name) => name.startsWith('layer1') });
    expect(some.map(({ layer }) => layer)).toEqual(['layer1.0.bn1', 'layer1.1.bn1']);
  });

  test('refuse no images, and images of other channels', async () => {
    const state = tinyState(network);
    await expect(layerResponses({ network, state, batches: tinyBatches([]) })).rejects.toThrow(/at least one image/);
    await expect(layerResponses({ network: loose, state, batches: tinyBatches([1]) })).rejects.toThrow(
      /batch 0: expected shape \[N, H, W, 1\] for images/,
    );
  });
});

describe('gradientNorms', () => {
  /** The loss in training mode with one parameter moved. */
  function lossAt(
    state: NetworkState,
    name: string,
    moved: tf.Tensor,
    images: tf.Tensor4D,
    labels: tf.Tensor1D,
  ): number {
    const parameters = { ...state.parameters, [name]: moved };
    const { logits } = network.apply(images, { parameters, buffers: state.buffers }, { training: true });
    return softmaxCrossEntropy(logits, labels).dataSync()[0] ?? NaN;
  }

  test('are the steepest slopes of the loss: the slope along the gradient of one batch', async () => {
    const state = tinyState(network);
    const norms = await withoutLeaks(() => gradientNorms({ network, state, batches: tinyBatches([4]) }));
    expect(norms.map(({ parameter }) => parameter)).toEqual(network.parameters.map(({ name }) => name));
    expect(norms[0]?.role).toBe('convolution-filter');
    const iterator = await tinyBatches([4]).iterator();
    const { images, labels } = (await iterator.next()).value;
    for (const name of ['layer1.1.conv1.weight', 'fc.weight', 'layer2.0.bn1.weight']) {
      const weights = state.parameters[name] as tf.Tensor;
      // Central differences by every element: small enough here.
      const values = Array.from<number>(weights.dataSync());
      let squares = 0;
      values.forEach((_, k) => {
        const moved = (step: number) =>
          tf.tensor(
            values.map((value, index) => value + (index === k ? step : 0)),
            weights.shape,
          );
        const at = (step: number) => lossAt(state, name, moved(step), images, labels);
        squares += ((at(0.01) - at(-0.01)) / 0.02) ** 2;
      });
      const own = norms.find(({ parameter }) => parameter === name);
      const length = Math.sqrt(values.reduce((sum, value) => sum + value ** 2, 0));
      expect((own?.norm ?? NaN) / Math.sqrt(squares)).toBeCloseTo(1, 1);
      expect(own?.relative).toBeCloseTo((own?.norm ?? NaN) / length, 5);
    }
  });

  test('are means over batches', async () => {
    const state = tinyState(network);
    const both = await gradientNorms({ network, state, batches: tinyBatches([4, 4]) });
    const first = await gradientNorms({ network, state, batches: tinyBatches([4]) });
    const iterator = await tinyBatches([4, 4]).iterator();
    await iterator.next();
    const second = await iterator.next();
    const only = {
      async iterator() {
        let given = false;
        return {
          async next() {
            const done = given;
            given = true;
            return { value: second.value, done };
          },
        };
      },
    };
    const last = await gradientNorms({ network, state, batches: only });
    both.forEach(({ norm }, index) => {
      expect(norm).toBeCloseTo(((first[index]?.norm ?? NaN) + (last[index]?.norm ?? NaN)) / 2, 6);
    });
  });
});

describe('featureMaps', () => {
  test('are the outputs of blocks in order, or of those asked for', async () => {
    const state = tinyState(network);
    const [images] = await imagesOf([2]);
    const all = await withoutLeaks(() => featureMaps({ network, state, images: images as tf.Tensor4D }));
    expect(all.map(({ block, shape }) => [block, ...shape])).toEqual([
      ['stem', 2, 6, 6, 4],
      ['layer1.0', 2, 6, 6, 4],
      ['layer1.1', 2, 6, 6, 4],
      ['layer2.0', 2, 3, 3, 5],
    ]);
    const [one] = await featureMaps({ network, state, images: images as tf.Tensor4D, blocks: ['layer1.1'] });
    expect(one).toEqual(all[2]);
    const picture = featureMap(one as FeatureMaps, 1, 3);
    expect([picture.height, picture.width]).toEqual([6, 6]);
    expect(picture.values[7]).toBe(one?.values[1 * 6 * 6 * 4 + 7 * 4 + 3]);
    expect(() => featureMap(one as FeatureMaps, 2, 0)).toThrow(/expected an integer from 0 to 1 for image, received 2/);
    expect(() => featureMap(one as FeatureMaps, 0, 4)).toThrow(/channel/);
  });

  test('refuse a block that is not there', async () => {
    const [images] = await imagesOf([1]);
    const options = { network, state: tinyState(network), images: images as tf.Tensor4D };
    await withoutLeaks(() =>
      expect(featureMaps({ ...options, blocks: ['layer1.2'] })).rejects.toThrow(
        /expected the name of a block for block, received "layer1.2"; did you mean layer1.0\?/,
      ),
    );
    await expect(featureMaps({ ...options, blocks: ['middle'] })).rejects.toThrow(/there are stem, layer1.0/);
  });
});

describe('gradCam', () => {
  test('of the last block is CAM: activations weighed by the last layer', async () => {
    const state = tinyState(network);
    const [images] = await imagesOf([2]);
    const options = { network, state, images: images as tf.Tensor4D, classes: [2, 0] };
    const maps = await withoutLeaks(() => gradCam(options));
    const [last] = await featureMaps({ ...options, blocks: ['layer2.0'] });
    const weights = (state.parameters['fc.weight'] as tf.Tensor2D).arraySync();
    maps.forEach((map, image) => {
      expect(map).toMatchObject({ block: 'layer2.0', height: 3, width: 3, class: options.classes[image] });
      map.values.forEach((value, place) => {
        const sum = weights.reduce(
          (total, row, k) => total + (row[map.class] ?? NaN) * (last?.values[(image * 9 + place) * 5 + k] ?? NaN),
          0,
        );
        expect(value).toBeCloseTo(Math.max(0, sum) / 9, 5);
      });
    });
  });

  test('of an inner block weighs channels by the slope of the class’s logit', async () => {
    const state = tinyState(network);
    const [images] = await imagesOf([1]);
    const options = { network, state, images: images as tf.Tensor4D, block: 'layer1.0' };
    const [map] = await gradCam(options);
    const [inner] = await featureMaps({ ...options, blocks: ['layer1.0'] });
    /** The logit when channel k of the block is raised everywhere. */
    const logitAt = (k: number, step: number): number => {
      const raise = tf.tensor1d([0, 1, 2, 3].map((channel) => (channel === k ? step : 0)));
      const output = (block: string, y: tf.Tensor4D) =>
        block === 'layer1.0' ? (tf.add(y, raise) as tf.Tensor4D) : undefined;
      const { logits } = network.apply(options.images, state, { training: false, observe: { output } });
      return logits.dataSync()[map?.class ?? 0] ?? NaN;
    };
    const slopes = [0, 1, 2, 3].map((k) => (logitAt(k, 1e-3) - logitAt(k, -1e-3)) / 2e-3 / 36);
    expect(map?.logit).toBeCloseTo(logitAt(0, 0), 6);
    map?.values.forEach((value, place) => {
      const sum = slopes.reduce((total, slope, k) => total + slope * (inner?.values[place * 4 + k] ?? NaN), 0);
      expect(Math.abs(value - Math.max(0, sum))).toBeLessThan(1e-3);
    });
    expect(Math.max(...(map?.values ?? []))).toBeGreaterThan(0.01);
  });

  test('explains the best class unless told another', async () => {
    const state = tinyState(network);
    const [images] = await imagesOf([3]);
    const options = { network, state, images: images as tf.Tensor4D };
    const { logits } = network.apply(options.images, state, { training: false });
    const best = tf.argMax(logits, 1).arraySync();
    expect((await gradCam(options)).map((map) => map.class)).toEqual(best);
    await expect(gradCam({ ...options, classes: [0, 1] })).rejects.toThrow(
      /expected 3 classes from 0 to 2 for classes/,
    );
    await expect(gradCam({ ...options, classes: [0, 1, 3] })).rejects.toThrow(/classes/);
    await expect(gradCam({ ...options, block: 'nowhere' })).rejects.toThrow(/name of a block/);
  });

  test('++ weighs positions that raise the class, worked by hand', () => {
    const activations = Float32Array.of(1, 0, 3, 2); // two positions, two channels
    const gradient = Float32Array.of(0.5, -1, 0.25, 0);
    expect([...channelWeights(activations, gradient, 2, 'grad-cam')]).toEqual([0.375, -0.5]);
    const weight = (g: number, total: number) => (g ** 2 / (2 * g ** 2 + g ** 3 * total)) * g;
    const [first, second] = channelWeights(activations, gradient, 2, 'grad-cam++');
    expect(first).toBeCloseTo(weight(0.5, 4) + weight(0.25, 4), 12);
    expect(second).toBe(0);
    expect(() => channelWeights(activations, gradient, 2, 'cam' as 'grad-cam')).toThrow(/'grad-cam' or 'grad-cam\+\+'/);
  });

  test('refuses a network that shows nothing', async () => {
    const images = tf.zeros<tf.Rank.R4>([1, 1, 3, 1]);
    await expect(gradCam({ network: loose, state: { parameters: {}, buffers: {} }, images })).rejects.toThrow(
      /a network that shows its blocks/,
    );
  });
});

describe('deleteBlocks', () => {
  test('puts the input of a block in its place: for a residual block, the block without its branch', async () => {
    const state = tinyState(network);
    const batches = () => tinyBatches(SIZES);
    const found = await withoutLeaks(() => deleteBlocks({ network, state, batches: batches() }));
    const whole = await evaluate({ network, state, batches: batches() });
    expect(found).toMatchObject({ examples: 8, top1Error: whole.top1Error, loss: whole.loss });
    expect(found.deletions.map(({ block }) => block)).toEqual(['layer1.0', 'layer1.1', 'layer2.0']);
    for (const block of ['layer1.0', 'layer1.1']) {
      const off = Object.fromEntries(
        [`${block}.bn1.weight`, `${block}.bn1.bias`].map((name) => [name, tf.zeros([4]) as tf.Tensor]),
      );
      const parameters = { ...state.parameters, ...off };
      const without = await evaluate({ network, state: { ...state, parameters }, batches: batches() });
      const deletion = found.deletions.find((one) => one.block === block);
      expect(deletion?.loss).toBeCloseTo(without.loss, 6);
      expect(deletion?.top1Error).toBe(without.top1Error);
      expect(deletion?.loss).not.toBeCloseTo(whole.loss, 3);
      disposeNamed(off);
    }
    expect(found.deletions.at(-1)).toEqual({ block: 'layer2.0', top1Error: undefined, loss: undefined });
  });

  test('takes a choice of blocks, and refuses others', async () => {
    const options = { network: network as ImageClassifier, state: tinyState(network) };
    const { deletions } = await deleteBlocks({ ...options, batches: tinyBatches([2]), blocks: ['layer1.1'] });
    expect(deletions.map(({ block }) => block)).toEqual(['layer1.1']);
    await expect(deleteBlocks({ ...options, batches: tinyBatches([2]), blocks: ['layer9.0'] })).rejects.toThrow(
      /name of a block/,
    );
  });
});
