import { disposeNamed, type NamedTensors, type StepRandomness } from '@resnet-ts/tensor-ops';
import * as tf from '@tensorflow/tfjs-core';
import '@tensorflow/tfjs-backend-cpu';
import { beforeAll, expect, test } from 'vitest';
import { tinyBatches } from '../__fixtures__/tiny-batches.js';
import { tinyNetwork } from '../__fixtures__/tiny-network.js';
import { tinyPlainNetwork } from '../__fixtures__/tiny-plain-network.js';
import { tinyRecipe } from '../__fixtures__/tiny-recipe.js';
import { batchGradients, type BatchGradients } from './batch-gradients.js';
import { initialTrainingState } from './training-state.js';

beforeAll(async () => {
  await tf.setBackend('cpu');
});

function recipe(microBatches: number) {
  return tinyRecipe({ optimizer: { ...tinyRecipe().optimizer, microBatches } });
}

async function firstBatch() {
  const iterator = await tinyBatches().epoch(0).iterator();
  return (await iterator.next()).value;
}

function values(tensors: NamedTensors): Record<string, number[]> {
  return Object.fromEntries(Object.entries(tensors).map(([name, tensor]) => [name, [...tensor.dataSync()]]));
}

function dispose({ parts, gradients }: BatchGradients): void {
  for (const { loss, logits } of parts) [loss, logits].forEach((tensor) => tensor.dispose());
  disposeNamed(gradients);
}

test.each([2, 3, 4, 7])('%i parts without batch norm give the gradient and the loss of the whole', async (parts) => {
  const batch = await firstBatch();
  const { network: state } = initialTrainingState(tinyPlainNetwork, 1);
  const tensors = tf.memory().numTensors;
  const whole = batchGradients({ network: tinyPlainNetwork, recipe: recipe(1), state, batch });
  const made = batchGradients({ network: tinyPlainNetwork, recipe: recipe(parts), state, batch });
  expect(made.parts).toHaveLength(Math.min(parts, 4));
  expect(made.parts.reduce((sum, { share }) => sum + share, 0)).toBeCloseTo(1, 12);
  const loss = made.parts.reduce((sum, part) => sum + part.share * (part.loss.dataSync()[0] ?? NaN), 0);
  expect(loss).toBeCloseTo(whole.parts[0]?.loss.dataSync()[0] ?? NaN, 6);
  const expected = values(whole.gradients);
  let largest = 0;
  for (const [name, gradient] of Object.entries(values(made.gradients))) {
    const scale = Math.max(...(expected[name] ?? []).map(Math.abs));
    gradient.forEach((value, at) => {
      largest = Math.max(largest, Math.abs(value - (expected[name]?.[at] ?? NaN)) / scale);
    });
  }
  console.log(`${parts} parts: largest difference ${largest.toExponential(1)} of the largest gradient`);
  // Sums over 4 images of 16 pixels in another order: at most 64 roundings of 2^-24 each.
  expect(largest).toBeLessThan(64 * 2 ** -24);
  expect(largest).not.toBeNaN();
  dispose(whole);
  dispose(made);
  expect(tf.memory().numTensors).toBe(tensors);
});

test('parts of a mixed batch have the labels of their own images', async () => {
  const batch = await firstBatch();
  const mixed = { labels: tf.reverse1d(batch.labels), share: 0.3 };
  const { network: state } = initialTrainingState(tinyPlainNetwork, 1);
  const loss = (parts: number) => {
    const made = batchGradients({
      network: tinyPlainNetwork,
      recipe: recipe(parts),
      state,
      batch: { ...batch, mixed },
    });
    return made.parts.reduce((sum, part) => sum + part.share * (part.loss.dataSync()[0] ?? NaN), 0);
  };
  expect(loss(2)).toBeCloseTo(loss(1), 6);
  expect(loss(4)).toBeCloseTo(loss(1), 6);
});

test('batch norm sees one part at a time, and its running statistics move on once a part', async () => {
  const batch = await firstBatch();
  const { network: state } = initialTrainingState(tinyNetwork, 1);
  const made = batchGradients({ network: tinyNetwork, recipe: recipe(2), state, batch });
  const half = (from: number) => ({
    images: tf.slice(batch.images, [from, 0, 0, 0], [2, -1, -1, -1]),
    labels: tf.slice(batch.labels, [from], [2]),
  });
  const first = batchGradients({ network: tinyNetwork, recipe: recipe(1), state, batch: half(0) });
  const between = { ...state, buffers: first.buffers };
  const second = batchGradients({ network: tinyNetwork, recipe: recipe(1), state: between, batch: half(2) });
  expect(values(made.buffers)).toEqual(values(second.buffers));
  const [a, b] = [values(first.gradients), values(second.gradients)];
  for (const [name, gradient] of Object.entries(values(made.gradients))) {
    expect(gradient).toEqual(a[name]?.map((value, at) => Math.fround(value / 2 + (b[name]?.[at] ?? NaN) / 2)));
  }
});

test('every part draws by itself, and other parts than those of the steps around', async () => {
  const batch = await firstBatch();
  const { network: state } = initialTrainingState(tinyPlainNetwork, 1);
  const told: (StepRandomness | undefined)[] = [];
  const network: typeof tinyPlainNetwork = {
    ...tinyPlainNetwork,
    apply: (images, given, mode) => {
      told.push(mode.randomness);
      return tinyPlainNetwork.apply(images, given, mode);
    },
  };
  for (const step of [0, 1]) {
    dispose(batchGradients({ network, recipe: recipe(2), state, batch, randomness: { seed: 5, step } }));
  }
  expect(told).toEqual([0, 1, 2, 3].map((step) => ({ seed: 5, step })));
});
