import * as tf from '@tensorflow/tfjs-core';
import { initializeNetwork, valueAndGradients, globalAveragePool, softmaxCrossEntropy } from '@resnet-ts/tensor-ops';
import type { NetworkState } from '@resnet-ts/tensor-ops';
import { beforeAll, describe, expect, it } from 'vitest';
import '@tensorflow/tfjs-backend-cpu';
import { highwayBlock } from './highway-block.js';
import { plainBlock } from './plain-block.js';
import { stockZeroPad } from './block.conformance.js';

beforeAll(async () => {
  await tf.setBackend('cpu');
});

const place = { name: 'layer2.0', inputShape: [6, 6, 4], channels: 8, stride: 2, shortcut: 'A' } as const;
const x = () => tf.randomNormal<tf.Rank.R4>([2, 6, 6, 4], 0, 1, 'float32', 1);
const difference = (a: tf.Tensor, b: tf.Tensor) => tf.max(tf.abs(tf.sub(a, b))).dataSync()[0] ?? Infinity;

/** The state with the gate's filter at 0 and its bias at `bias`: the same gate everywhere. */
function gatedAt(state: NetworkState, bias: number): NetworkState {
  const filter = state.parameters['layer2.0.gate.weight'] as tf.Tensor;
  const gate = { 'layer2.0.gate.weight': tf.zerosLike(filter), 'layer2.0.gate.bias': tf.fill([8], bias) };
  return { ...state, parameters: { ...state.parameters, ...gate } };
}

describe('highwayBlock', () => {
  it('owns a plain block and a gate whose bias starts at −3', () => {
    const block = highwayBlock(place);
    const plain = plainBlock(place).parameters.map(({ name }) => name);
    expect(block.parameters.map(({ name }) => name)).toEqual([...plain, 'layer2.0.gate.weight', 'layer2.0.gate.bias']);
    expect(block.parameters.at(-1)?.initializer).toEqual({ kind: 'constant', value: -3 });
    expect(block.outputShape).toEqual([3, 3, 8]);
    const sizes = block.parameters.reduce((sum, { shape }) => sum + shape.reduce((a, b) => a * b, 1), 0);
    expect(block.layers.reduce((sum, row) => sum + row.parameters, 0)).toBe(sizes);
  });

  it('is the plain block where the gate is open, and carries x where it is closed', () => {
    const block = highwayBlock(place);
    const plain = plainBlock(place);
    tf.tidy(() => {
      const state = initializeNetwork(block, { seed: 1 });
      for (const training of [true, false]) {
        const mode = { training };
        const open = block.apply(x(), gatedAt(state, 40), mode).y;
        expect(difference(open, plain.apply(x(), state, mode).y)).toBeLessThan(1e-6);
        const closed = block.apply(x(), gatedAt(state, -40), mode).y;
        const carried = stockZeroPad(x(), { ...place, outputChannels: 8 }, 0);
        expect(difference(closed, carried)).toBeLessThan(1e-6);
        const half = block.apply(x(), gatedAt(state, 0), mode).y;
        expect(difference(half, tf.div(tf.add(open, closed), 2))).toBeLessThan(1e-6);
      }
    });
  });

  it('passes a gradient to its input and to every parameter', () => {
    const block = highwayBlock(place);
    tf.tidy(() => {
      const state = initializeNetwork(block, { seed: 1 });
      const { gradients } = valueAndGradients({ ...state.parameters, x: x() }, ({ x: input, ...parameters }) => {
        const { y } = block.apply(input as tf.Tensor4D, { ...state, parameters }, { training: true });
        return { loss: softmaxCrossEntropy(globalAveragePool(y), tf.tensor1d([0, 1], 'int32')) };
      });
      expect(Object.keys(gradients)).toHaveLength(block.parameters.length + 1);
      for (const [name, gradient] of Object.entries(gradients)) {
        expect(tf.max(tf.abs(gradient)).dataSync()[0], name).toBeGreaterThan(0);
      }
    });
  });
});
