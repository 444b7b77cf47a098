import {
  disposeNamed,
  softmaxCrossEntropy,
  valueAndGradients,
  type ImageClassifier,
  type NamedTensors,
} from '@resnet-ts/tensor-ops';
import * as tf from '@tensorflow/tfjs-core';
import '@tensorflow/tfjs-backend-cpu';
import { beforeAll, describe, expect, test } from 'vitest';
import { tinyBatches } from '../__fixtures__/tiny-batches.js';
import { tinyNetwork } from '../__fixtures__/tiny-network.js';
import { tinyRecipe } from '../__fixtures__/tiny-recipe.js';
import { weightDecays } from '../optimizer/decayed-roles.js';
import { batchMistakes } from './batch-mistakes.js';
import { trainStep } from './train-step.js';
import { disposeTrainingState, initialTrainingState } from './training-state.js';

beforeAll(async () => {
  await tf.setBackend('cpu');
});

function values(tensors: NamedTensors): Record<string, number[]> {
  return Object.fromEntries(Object.entries(tensors).map(([name, tensor]) => [name, [...tensor.dataSync()]]));
}

async function firstBatch() {
  const iterator = await tinyBatches().epoch(0).iterator();
  return (await iterator.next()).value;
}

test('the first step is w − lr·(1 + m)·(g + decay·w), with decay on filters and linear weights only', async () => {
  const recipe = tinyRecipe({
    optimizer: { momentum: 0.9, nesterov: true, weightDecay: 0.5, decay: 'weights', form: 'torch' },
  });
  const batch = await firstBatch();
  const state = initialTrainingState(tinyNetwork, recipe.seed);
  const before = values(state.network.parameters);
  const { loss, gradients } = valueAndGradients(state.network.parameters, (parameters) => {
    const { logits } = tinyNetwork.apply(
      batch.images,
      { parameters, buffers: state.network.buffers },
      { training: true },
    );
    return { loss: softmaxCrossEntropy(logits, batch.labels, { labelSmoothing: 0.1 }) };
  });
  const g = values(gradients);
  const output = trainStep({
    network: tinyNetwork,
    recipe,
    state,
    batch,
    labels: batch.labels.dataSync(),
    learningRate: 0.1,
    weightDecay: weightDecays(tinyNetwork.parameters, recipe.optimizer),
  });
  if ('nonFinite' in output) throw new Error('not finite');
  expect(output.loss).toBe(loss.dataSync()[0]);
  const after = values(output.state.network.parameters);
  for (const { name, role } of tinyNetwork.parameters) {
    const decay = role === 'convolution-filter' || role === 'linear-weight' ? 0.5 : 0;
    before[name]?.forEach((w, index) => {
      expect(after[name]?.[index]).toBeCloseTo(w - 0.1 * 1.9 * ((g[name]?.[index] ?? 0) + decay * w), 5);
    });
  }
  expect(values(output.state.network.buffers)['bn1.running_mean']).not.toEqual([0, 0, 0]);
  disposeTrainingState(output.state);
  disposeNamed(gradients);
});

test.each(['keep', 'renormalize', 'checkpoint', undefined] as const)(
  'the network is told what to keep: %s',
  async (checkpointing) => {
    const recipe = tinyRecipe({ checkpointing });
    const batch = await firstBatch();
    const state = initialTrainingState(tinyNetwork, 1);
    const told: unknown[] = [];
    const network: ImageClassifier = {
      ...tinyNetwork,
      apply(images, current, mode) {
        told.push(mode.checkpointing);
        return tinyNetwork.apply(images, current, mode);
      },
    };
    const labels = batch.labels.dataSync();
    const weightDecay = weightDecays(network.parameters, recipe.optimizer);
    const output = trainStep({ network, recipe, state, batch, labels, learningRate: 0.1, weightDecay });
    if ('nonFinite' in output) throw new Error('not finite');
    expect(told).toEqual([checkpointing]);
    disposeTrainingState(output.state);
  },
);

test('a scaled rate moves a parameter that many times as far', async () => {
  const batch = await firstBatch();
  const stepWith = (rateScale: readonly number[] | undefined) => {
    const state = initialTrainingState(tinyNetwork, 1);
    const before = values(state.network.parameters);
    const recipe = tinyRecipe();
    const output = trainStep({
      ...{ network: tinyNetwork, recipe, state, batch, labels: batch.labels.dataSync(), learningRate: 0.125 },
      weightDecay: tinyNetwork.parameters.map(() => 0),
      ...(rateScale === undefined ? {} : { rateScale }),
    });
    if ('nonFinite' in output) throw new Error('not finite');
    const after = values(output.state.network.parameters);
    disposeTrainingState(output.state);
    return Object.fromEntries(
      Object.entries(before).map(([name, own]) => [name, own.map((w, at) => (after[name]?.[at] ?? NaN) - w)]),
    );
  };
  const plain = stepWith(undefined);
  const scaled = stepWith(tinyNetwork.parameters.map(({ role }) => (role === 'batch-norm-beta' ? 4 : 1)));
  for (const { name, role } of tinyNetwork.parameters) {
    const factor = role === 'batch-norm-beta' ? 4 : 1;
    // beta starts at 0, so what it is after the step is the step.
    expect(scaled[name]).toEqual(plain[name]?.map((change) => change * factor));
  }
});

test('gradients that are not finite stop a step that clips their norm, though its loss is finite', async () => {
  const batch = await firstBatch();
  const state = initialTrainingState(tinyNetwork, 1);
  const recipe = tinyRecipe({ optimizer: { ...tinyRecipe().optimizer, clip: { kind: 'global-norm', limit: 1 } } });
  // Activations of 1e-8 keep the loss finite; 1 / sqrt(variance + 1e-5) = 316 lifts gradients of 1e38 over float32's end.
  const huge = {
    'conv1.weight': tf.mul(state.network.parameters['conv1.weight'] ?? NaN, 1e-10),
    'fc.weight': tf.tensor2d([1e38, -1e38, 0, -1e38, 0, 1e38, 0, 1e38, -1e38], [3, 3]),
  };
  const before = tf.memory().numTensors;
  const output = trainStep({
    ...{ network: tinyNetwork, recipe, batch, labels: batch.labels.dataSync(), learningRate: 0.1 },
    weightDecay: tinyNetwork.parameters.map(() => 0),
    state: { ...state, network: { ...state.network, parameters: { ...state.network.parameters, ...huge } } },
  });
  expect(output.loss).toBeLessThan(Infinity);
  expect(output).toMatchObject({ nonFinite: expect.stringMatching(/^the gradient of /) });
  expect(tf.memory().numTensors).toBe(before);
});

test('a step keeps the number of tensors, and a failed one leaves its input alive', async () => {
  const recipe = tinyRecipe();
  const batch = await firstBatch();
  const input = {
    network: tinyNetwork,
    recipe,
    batch,
    labels: batch.labels.dataSync(),
    learningRate: 0.1,
    weightDecay: weightDecays(tinyNetwork.parameters, recipe.optimizer),
  };
  const state = initialTrainingState(tinyNetwork, 1);
  const before = tf.memory().numTensors;
  const good = trainStep({ ...input, state });
  if ('nonFinite' in good) throw new Error('not finite');
  expect(tf.memory().numTensors).toBe(before);
  const images = tf.fill([4, 4, 4, 1], Infinity) as tf.Tensor4D;
  const bad = trainStep({ ...input, state: good.state, batch: { ...batch, images } });
  images.dispose();
  expect(bad).toMatchObject({ nonFinite: 'the images' });
  expect(tf.memory().numTensors).toBe(before);
  expect(() => values(good.state.network.parameters)).not.toThrow();
  disposeTrainingState(good.state);
});

describe('a place that is not finite is named', () => {
  test.each([
    ['conv1.weight', 'parameter conv1.weight'],
    ['bn2.weight', 'parameter bn2.weight'],
  ])('parameter %s', async (name, where) => {
    const batch = await firstBatch();
    const state = initialTrainingState(tinyNetwork, 1);
    const poisoned = { ...state.network.parameters, [name]: tf.fill(state.network.parameters[name]?.shape ?? [], NaN) };
    const output = trainStep({
      network: tinyNetwork,
      recipe: tinyRecipe(),
      batch,
      labels: batch.labels.dataSync(),
      learningRate: 0.1,
      weightDecay: tinyNetwork.parameters.map(() => 0),
      state: { ...state, network: { ...state.network, parameters: poisoned } },
    });
    expect(output).toMatchObject({ loss: NaN, nonFinite: where });
  });

  test('activations that overflow, by layer', async () => {
    const batch = await firstBatch();
    const state = initialTrainingState(tinyNetwork, 1);
    const huge = { ...state.network.parameters, 'conv2.weight': tf.fill([3, 3, 3, 3], 3e38) };
    const output = trainStep({
      network: tinyNetwork,
      recipe: tinyRecipe(),
      batch,
      labels: batch.labels.dataSync(),
      learningRate: 0.1,
      weightDecay: tinyNetwork.parameters.map(() => 0),
      state: { ...state, network: { ...state.network, parameters: huge } },
    });
    expect(output).toMatchObject({ nonFinite: 'the activations at bn2 (bn2.running_mean)' });
  });
});

test('mistakes: only a strictly largest logit is right; ties and NaN are wrong', () => {
  const logits = [
    1,
    2,
    3,
    /* right */ 3,
    3,
    1,
    /* tie */ NaN,
    5,
    1,
    /* NaN elsewhere */ 1,
    NaN,
    0,
    /* NaN itself */ 0,
    9,
    1 /* right */,
  ];
  expect(batchMistakes(logits, [2, 0, 1, 1, 1], 3)).toBe(3);
});
