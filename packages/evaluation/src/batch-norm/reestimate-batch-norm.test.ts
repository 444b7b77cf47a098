import { batchNorm, convolution, disposeNamed } from '@resnet-ts/tensor-ops';
import * as tf from '@tensorflow/tfjs-core';
import '@tensorflow/tfjs-backend-cpu';
import { beforeAll, describe, expect, test } from 'vitest';
import { tinyBatches, tinyNetwork, tinyState } from '../__fixtures__/tiny-network.js';
import { tableNetwork } from '../__fixtures__/table-network.js';
import { reestimateBatchNorm } from '../index.js';

beforeAll(async () => {
  await tf.setBackend('cpu');
});

const network = tinyNetwork();

/** Statistics of every layer in one batch, layer by layer in float64 from the convolutions. */
function directStatistics(images: tf.Tensor4D, parameters: Record<string, tf.Tensor>): Record<string, number[]> {
  const found: Record<string, number[]> = {};
  let x = images;
  for (const [conv, bn, stride, residual] of [
    ['conv1', 'bn1', 1, false],
    ['layer1.0.conv1', 'layer1.0.bn1', 1, true],
    ['layer1.1.conv1', 'layer1.1.bn1', 1, true],
    ['layer2.0.conv1', 'layer2.0.bn1', 2, false],
  ] as const) {
    const z = convolution(x, parameters[`${conv}.weight`] as tf.Tensor4D, { stride, padding: 1 });
    const values: number[] = Array.from(z.dataSync());
    const channels = z.shape[3];
    const count = values.length / channels;
    const means = Array.from(
      { length: channels },
      (_, c) => values.reduce((s, v, k) => s + (k % channels === c ? v : 0), 0) / count,
    );
    found[`${bn}.running_mean`] = means;
    found[`${bn}.running_var`] = means.map(
      (mean, c) => values.reduce((s, v, k) => s + (k % channels === c ? (v - mean) ** 2 : 0), 0) / (count - 1),
    );
    const affine = { gamma: parameters[`${bn}.weight`] as tf.Tensor1D, beta: parameters[`${bn}.bias`] as tf.Tensor1D };
    const running = { mean: tf.zeros<tf.Rank.R1>([channels]), variance: tf.ones<tf.Rank.R1>([channels]) };
    x = batchNorm(z, affine, running, { relu: true, ...(residual ? { residual: x } : {}) }).y;
  }
  return found;
}

describe('reestimateBatchNorm', () => {
  test('is the mean over images of the statistics of their batches, whatever the buffers were', async () => {
    const state = tinyState(network);
    const sizes = [4, 4, 2];
    const before = tf.memory().numTensors;
    const buffers = await reestimateBatchNorm({ network, state, batches: tinyBatches(sizes) });
    expect(tf.memory().numTensors).toBe(before + network.buffers.length);

    const each: Record<string, number[]>[] = [];
    const iterator = await tinyBatches(sizes).iterator();
    for (let next = await iterator.next(); next.done !== true; next = await iterator.next()) {
      each.push(directStatistics(next.value.images, state.parameters as Record<string, tf.Tensor>));
    }
    let largest = 0;
    for (const { name } of network.buffers) {
      const actual = await buffers[name]?.data();
      const wanted = (each[0]?.[name] ?? []).map(
        (_, channel) =>
          each.reduce((sum, one, batch) => sum + (sizes[batch] ?? 0) * (one[name]?.[channel] ?? NaN), 0) / 10,
      );
      expect(actual?.length).toBe(wanted.length);
      largest = Math.max(largest, ...wanted.map((value, channel) => Math.abs(value - (actual?.[channel] ?? NaN))));
    }
    console.log(`re-estimated batch norm: maximum error ${largest.toExponential(1)}`);
    expect(largest).toBeLessThan(2e-6);
    disposeNamed(buffers);
  });

  test('tells of each batch, and stops on a signal with nothing left behind', async () => {
    const state = tinyState(network);
    const before = tf.memory().numTensors;
    const seen: unknown[] = [];
    const controller = new AbortController();
    const onBatch = (progress: unknown) => {
      seen.push(progress);
      if (seen.length === 2) controller.abort(new Error('enough'));
    };
    const batches = tinyBatches([2, 3, 4]);
    await expect(reestimateBatchNorm({ network, state, batches, onBatch, signal: controller.signal })).rejects.toThrow(
      'enough',
    );
    expect(seen).toEqual([
      { batches: 1, examples: 2 },
      { batches: 2, examples: 5 },
    ]);
    expect(tf.memory().numTensors).toBe(before);
  });

  test('refuses what it cannot average', async () => {
    const state = tinyState(network);
    const batches = tinyBatches([2]);
    await expect(reestimateBatchNorm({ network, state, batches: tinyBatches([]) })).rejects.toThrow(
      /at least one image/,
    );
    await expect(reestimateBatchNorm({ network, state, batches, runningFraction: 0 })).rejects.toThrow(
      /runningFraction/,
    );
    await expect(reestimateBatchNorm({ network: tableNetwork(3), state, batches })).rejects.toThrow(
      /expected a network with batch norm for network, received "table"/,
    );
    const grey = { ...network, inputShape: [6, 6, 1] as const };
    const before = tf.memory().numTensors;
    await expect(reestimateBatchNorm({ network: grey, state, batches })).rejects.toThrow(
      /batch 0: expected shape \[N, H, W, 1\] for images, received \[2, 6, 6, 3\]/,
    );
    expect(tf.memory().numTensors).toBe(before);
  });
});
