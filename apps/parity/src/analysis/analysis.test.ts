import { createNetwork, layerTable, networkTable, type NetworkTable } from '@resnet-ts/architectures';
import {
  deleteBlocks,
  featureMaps,
  gradCam,
  gradientNorms,
  layerResponses,
  reestimateBatchNorm,
} from '@resnet-ts/evaluation';
import { disposeNamed, type BatchStream, type ImageClassifier, type NetworkState } from '@resnet-ts/tensor-ops';
import * as tf from '@tensorflow/tfjs-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { activate, parityBackends } from '../backends.js';
import { uniformValues } from '../golden/generated-values.js';
import { stateGenerator } from '../networks/generated-state.js';

const [backend] = parityBackends().slice(-1);
if (backend === undefined) throw new Error('no backend to test on');

const SIDE = 32;
const CLASSES = 10;

/** VGG-16 whose first linear layer does not take 400 MB. */
function smallVgg(): NetworkTable {
  const table = networkTable('vgg16');
  return table.kind === 'vgg' ? { ...table, hiddenFeatures: 16 } : table;
}

const NETWORKS: [name: string, table: string | NetworkTable, blocks: number, lastBlock: string][] = [
  ['resnet20', 'resnet20', 10, 'layer3.2'],
  ['plain20', 'plain20', 10, 'layer3.2'],
  ['resnet18', 'resnet18', 9, 'layer4.1'],
  ['resnet50-paper', 'resnet50-paper', 17, 'layer4.2'],
  ['vgg16', smallVgg(), 18, 'features.30'],
];

function images(count: number, seed: number): tf.Tensor4D {
  return tf.tensor4d(uniformValues(seed, 'images', count * SIDE * SIDE * 3, -2, 2), [count, SIDE, SIDE, 3]);
}

function batches(sizes: readonly number[]): BatchStream {
  return {
    async iterator() {
      let index = 0;
      return {
        async next() {
          const size = sizes[index];
          index += 1;
          // What comes with `done` is nobody's to read; an empty tensor is an empty tensor.
          const value = {
            images: size === undefined ? tf.zeros<tf.Rank.R4>([0, 1, 1, 3]) : images(size, index),
            labels: tf.tensor1d(
              Array.from({ length: size ?? 0 }, (_, k) => (k + index) % CLASSES),
              'int32',
            ),
          };
          if (size === undefined) tf.dispose([value.images, value.labels]);
          return { value, done: size === undefined };
        },
      };
    },
  };
}

// Without the native backend, only what pure JavaScript does in seconds.
const networks = backend.ownKernels ? NETWORKS : NETWORKS.slice(0, 1);

describe.each(networks)(`%s on ${backend.name}`, (_name, table, blockCount, lastBlock) => {
  const network: ImageClassifier = createNetwork(table, { classes: CLASSES, inputShape: [SIDE, SIDE, 3] });
  const layers = layerTable(table, { classes: CLASSES, inputShape: [SIDE, SIDE, 3] });
  const batchNorms = layers.filter(({ kind, name }) => kind === 'batch-norm' && !name.includes('downsample'));
  let state: NetworkState;
  let tensors = 0;

  beforeAll(async () => {
    await activate(backend);
    tensors = tf.memory().numTensors;
    state = stateGenerator(network, 1)([-0.5, 0.5]);
  });
  afterAll(() => {
    disposeNamed(state.parameters);
    disposeNamed(state.buffers);
    expect(tf.memory().numTensors).toBe(tensors);
  });

  it('shows the response of every layer', async () => {
    const responses = await layerResponses({ network, state, batches: batches([2, 1]) });
    expect(responses.map(({ layer }) => layer)).toEqual(batchNorms.map(({ name }) => name));
    expect(responses.every(({ deviation }) => deviation > 0 && deviation < 100)).toBe(true);
  });

  it('shows its blocks, and where a class was seen', async () => {
    const x = images(2, 1);
    const maps = await featureMaps({ network, state, images: x });
    expect(maps.length).toBe(blockCount);
    expect(maps.at(-1)?.block).toBe(lastBlock);
    const cams = await gradCam({ network, state, images: x });
    const again = await gradCam({ network, state, images: x, block: maps[1]?.block ?? '', method: 'grad-cam++' });
    x.dispose();
    expect([...cams, ...again].every(({ values }) => values.every((value) => value >= 0))).toBe(true);
    expect(again.some(({ values }) => Math.max(...values) > 0)).toBe(true);
    const weights = state.parameters['fc.weight'];
    const last = maps.at(-1);
    if (weights === undefined || last === undefined) return; // VGG: its maps are not CAM
    const fc = await weights.data();
    const [, height, width, channels] = last.shape;
    let [largest, scale] = [0, 0];
    cams.forEach((cam, image) =>
      cam.values.forEach((value, place) => {
        let sum = 0;
        for (let k = 0; k < channels; k++) {
          const activation = last.values[(image * height * width + place) * channels + k] ?? NaN;
          sum += (fc[k * CLASSES + cam.class] ?? NaN) * activation;
        }
        const wanted = Math.max(0, sum) / (height * width);
        largest = Math.max(largest, Math.abs(value - wanted));
        scale = Math.max(scale, wanted);
      }),
    );
    console.log(`${network.name} Grad-CAM against CAM: maximum error ${(largest / scale).toExponential(1)}`);
    expect(largest / scale).toBeLessThan(1e-4);
  });

  it('has a gradient at every parameter', async () => {
    const norms = await gradientNorms({ network, state, batches: batches([2]) });
    expect(norms.length).toBe(network.parameters.length);
    expect(norms.every(({ norm }) => Number.isFinite(norm))).toBe(true);
  });

  it('loses its blocks one by one', async () => {
    const { deletions, loss } = await deleteBlocks({ network, state, batches: batches([2]) });
    expect(deletions.length).toBe(blockCount - 1);
    const measured = deletions.filter((deletion) => deletion.loss !== undefined);
    expect(measured.length).toBeGreaterThan(0);
    expect(measured.every((deletion) => deletion.loss !== loss)).toBe(true);
  });

  it('has its batch norms re-estimated, if it has any', async () => {
    if (network.buffers.length === 0) return;
    const buffers = await reestimateBatchNorm({ network, state, batches: batches([2, 2]) });
    expect(Object.keys(buffers).sort()).toEqual(network.buffers.map(({ name }) => name).sort());
    disposeNamed(buffers);
  });
});
