import * as tf from '@tensorflow/tfjs-core';
import '@tensorflow/tfjs-backend-cpu';
import {
  batchNormInference,
  convolution,
  initializeNetwork,
  softmaxCrossEntropy,
  valueAndGradients,
  type NetworkState,
} from '@resnet-ts/tensor-ops';
import { beforeAll, describe, expect, test } from 'vitest';
import { createNetwork, networkTable, type NetworkTable } from './index.js';

beforeAll(async () => {
  await tf.setBackend('cpu');
});

/** The first `blocks` blocks of each stage of a CIFAR network. */
function shortened(name: string, blocks: number): NetworkTable {
  const table = networkTable(name);
  if (table.kind === 'vgg') throw new Error('no VGG');
  return { ...table, stages: table.stages.map((stage) => ({ ...stage, blocks })) };
}

const options = { inputShape: [8, 8, 3] as const };
const images = () => tf.randomUniform<tf.Rank.R4>([2, 8, 8, 3], -1, 1, 'float32', 1);

/** Without the gradients of tfjs, its own `clone` is not differentiable. */
const copyOf = tf.customGrad((x) => ({ value: tf.clone(x as tf.Tensor), gradFunc: (dy) => tf.clone(dy) }));

/** Statistics that are not 0 and 1, so that a layer left out shows. */
function stateOf(network: ReturnType<typeof createNetwork>): NetworkState {
  const { parameters, buffers } = initializeNetwork(network, { seed: 3 });
  const shifted = Object.entries(buffers).map(([name, tensor], index) => [
    name,
    tf.add(tensor, tf.randomUniform(tensor.shape, 0, 0.5, 'float32', index + 1)),
  ]);
  return { parameters, buffers: Object.fromEntries(shifted) as NetworkState['buffers'] };
}

describe('an observer', () => {
  test('is shown every block and batch norm in order, and changes nothing by looking', () => {
    const network = createNetwork(shortened('resnet20-b', 1), options);
    const state = stateOf(network);
    const seen: string[] = [];
    const observe = {
      normalized: (name: string, response: tf.Tensor4D) => void seen.push(`${name} ${response.shape.join('x')}`),
      output: (name: string, y: tf.Tensor4D) => void seen.push(`${name} ${y.shape.join('x')}`),
    };
    const x = images();
    const plain = network.apply(x, state, { training: false }).logits;
    const before = tf.memory().numTensors;
    const watched = network.apply(x, state, { training: false, observe }).logits;
    expect(tf.memory().numTensors).toBe(before + 1);
    expect([...watched.dataSync()]).toEqual([...plain.dataSync()]);
    expect(seen).toEqual([
      'bn1 2x8x8x16',
      'stem 2x8x8x16',
      'layer1.0.bn1 2x8x8x16',
      'layer1.0.bn2 2x8x8x16',
      'layer1.0 2x8x8x16',
      'layer2.0.bn1 2x4x4x32',
      'layer2.0.downsample.1 2x4x4x32',
      'layer2.0.bn2 2x4x4x32',
      'layer2.0 2x4x4x32',
      'layer3.0.bn1 2x2x2x64',
      'layer3.0.downsample.1 2x2x2x64',
      'layer3.0.bn2 2x2x2x64',
      'layer3.0 2x2x2x64',
    ]);
  });

  test('sees responses before ReLU and addition', () => {
    const network = createNetwork(shortened('resnet20', 1), options);
    const state = stateOf(network);
    const kept: Record<string, tf.Tensor4D> = {};
    const keep = (name: string, tensor: tf.Tensor4D) => void (kept[name] = tf.keep(tf.clone(tensor)));
    network.apply(images(), state, { training: false, observe: { normalized: keep, output: keep } });
    const tensor = (name: string) => (state.parameters[name] ?? state.buffers[name]) as tf.Tensor;
    const response = (x: tf.Tensor4D, conv: string, bn: string) =>
      batchNormInference(
        convolution(x, tensor(`${conv}.weight`) as tf.Tensor4D, { padding: 1 }),
        { gamma: tensor(`${bn}.weight`) as tf.Tensor1D, beta: tensor(`${bn}.bias`) as tf.Tensor1D },
        { mean: tensor(`${bn}.running_mean`) as tf.Tensor1D, variance: tensor(`${bn}.running_var`) as tf.Tensor1D },
      );
    const first = response(kept['stem'] as tf.Tensor4D, 'layer1.0.conv1', 'layer1.0.bn1');
    const second = response(tf.relu(first), 'layer1.0.conv2', 'layer1.0.bn2');
    const largest = (a: tf.Tensor, b: tf.Tensor) => tf.max(tf.abs(tf.sub(a, b))).dataSync()[0];
    expect(largest(kept['layer1.0.bn1'] as tf.Tensor4D, first)).toBeLessThan(1e-5);
    expect(largest(kept['layer1.0.bn2'] as tf.Tensor4D, second)).toBeLessThan(1e-5);
    expect(largest(kept['layer1.0'] as tf.Tensor4D, tf.relu(tf.add(second, kept['stem'] as tf.Tensor4D)))).toBeLessThan(
      1e-5,
    );
  });

  test('may replace a block’s output, and is differentiated through', () => {
    const network = createNetwork(shortened('resnet20', 1), options);
    const state = stateOf(network);
    const x = images();
    const labels = tf.tensor1d([3, 7], 'int32');
    const run = (output: (name: string, y: tf.Tensor4D) => tf.Tensor4D | undefined) => () => {
      const { logits } = network.apply(x, state, { training: false, observe: { output } });
      return { loss: softmaxCrossEntropy(logits, labels) };
    };
    let activation: tf.Tensor4D | undefined;
    run((name, y) => void (name === 'layer2.0' && (activation = tf.keep(tf.clone(y)))))();
    const at = (tensor: tf.Tensor) =>
      run((name) => (name === 'layer2.0' ? (copyOf(tensor) as tf.Tensor4D) : undefined))().loss.dataSync()[0] ?? NaN;
    const { gradients } = valueAndGradients({ activation: activation as tf.Tensor }, (parameters) =>
      run((name) =>
        name === 'layer2.0' ? (copyOf(parameters['activation'] as tf.Tensor) as tf.Tensor4D) : undefined,
      )(),
    );
    const gradient = gradients['activation'] as tf.Tensor;
    const direction = tf.randomUniform<tf.Rank.R4>([2, 4, 4, 32], -1, 1, 'float32', 5);
    const step = 1e-3;
    const difference =
      (at(tf.add(activation as tf.Tensor, tf.mul(direction, step))) -
        at(tf.sub(activation as tf.Tensor, tf.mul(direction, step)))) /
      (2 * step);
    const slope = tf.sum(tf.mul(gradient, direction)).dataSync()[0] ?? NaN;
    expect(Math.abs(slope)).toBeGreaterThan(1e-3);
    expect(Math.abs(difference - slope)).toBeLessThan(2e-3);
  });

  test('may not change a shape', () => {
    const network = createNetwork(shortened('plain20', 1), options);
    const observe = { output: () => tf.zeros([1, 1, 1, 1]) as tf.Tensor4D };
    expect(() => network.apply(images(), stateOf(network), { training: false, observe })).toThrow(
      /expected shape \[2, 8, 8, 16\] for what replaces the output of stem, received \[1, 1, 1, 1\]/,
    );
  });

  test('of VGG is shown its features by the names of torchvision', () => {
    const table = networkTable('vgg16');
    if (table.kind !== 'vgg') throw new Error('VGG');
    const small = {
      ...table,
      hiddenFeatures: 4,
      stages: [
        { convolutions: 2, channels: 4 },
        { convolutions: 1, channels: 4 },
      ],
    };
    const network = createNetwork(small, { ...options, classes: 3 });
    const seen: string[] = [];
    const observe = { output: (name: string) => void seen.push(name) };
    network.apply(images(), stateOf(network), { training: false, observe });
    expect(seen).toEqual(['features.0', 'features.2', 'features.4', 'features.5', 'features.7']);
  });
});
