import * as tf from '@tensorflow/tfjs-core';
import '@tensorflow/tfjs-backend-cpu';
import {
  ArgumentError,
  CHECKPOINTING,
  globalAveragePool,
  segment,
  softmaxCrossEntropy,
  valueAndGradients,
  type Checkpointing,
  type NamedTensors,
  type NetworkState,
} from '@resnet-ts/tensor-ops';
import { afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { Block } from './block.js';
import type { BlockOptions } from './block-options.js';
import type { FeatureShape } from './feature-shape.js';

/** What the suite must know of a kind of block. */
export interface BlockUnderTest {
  readonly title: string;
  readonly create: (options: BlockOptions) => Block;
  /** Output channels for each of `channels`. */
  readonly expansion: number;
  /** Name of the last batch norm of the branch. */
  readonly lastBatchNorm: string;
  /** Parameters that close the branch when they are 0. Default γ and β of its last batch norm. */
  readonly closedBy?: readonly string[];
  /** What follows the addition, from stock tfjs ops. Default ReLU. */
  readonly after?: (sum: tf.Tensor4D) => tf.Tensor4D;
  /** What goes around the branch, from stock tfjs ops. */
  readonly shortcut: (x: tf.Tensor4D, state: NetworkState, place: Place) => tf.Tensor4D;
  /** The branch up to its last batch norm, before shortcut and ReLU, from stock tfjs ops and running statistics. */
  readonly branch: (x: tf.Tensor4D, state: NetworkState, place: Place) => tf.Tensor4D;
}

/** Where a block stands in a network. */
export interface Place extends BlockOptions {
  readonly outputChannels: number;
}

const BATCH = 2;
const NAME = 'layer2.0';

/** Places that differ in what the shortcut has to do; odd sides because strides round up there. */
function places(expansion: number): readonly (readonly [string, Place])[] {
  const place = (inputShape: FeatureShape, channels: number, stride: number): Place => ({
    name: NAME,
    inputShape,
    channels,
    stride,
    outputChannels: channels * expansion,
  });
  return [
    ['equal dimensions', place([4, 4, 4 * expansion], 4, 1)],
    ['more channels', place([4, 4, 4], 4 * 2, 1)],
    ['half the resolution', place([6, 6, 4 * expansion], 8, 2)],
    ['half of odd sides', place([5, 7, 3], 4, 2)],
  ];
}

/**
 * The one suite every block passes. A block's own test is a call with the block and a description of it in stock ops.
 */
export function describeBlock(block: BlockUnderTest): void {
  describe(block.title, () => {
    beforeAll(async () => {
      await tf.setBackend('cpu');
    });
    let before = 0;
    beforeEach(() => {
      before = tf.memory().numTensors;
      tf.engine().startScope();
    });
    afterEach(() => {
      tf.engine().endScope();
      expect(tf.memory().numTensors).toBe(before);
    });

    it.each(places(block.expansion))('at %s: lists what it owns', (_, place) => {
      const { parameters, buffers, layers } = block.create(place);
      const names = [...parameters, ...buffers].map(({ name }) => name);
      expect(new Set(names).size).toBe(names.length);
      for (const name of names) expect(name.startsWith(`${NAME}.`)).toBe(true);
      const count = parameters.reduce((sum, { shape }) => sum + shape.reduce((size, side) => size * side, 1), 0);
      expect(layers.reduce((sum, row) => sum + row.parameters, 0)).toBe(count);
      expect(buffers.filter(({ role }) => role === 'running-mean')).toHaveLength(buffers.length / 2);
      expect(parameters.filter(({ role }) => role === 'batch-norm-gamma')).toHaveLength(buffers.length / 2);
      for (const { initializer, role } of parameters) {
        if (role === 'convolution-filter') expect(initializer).toEqual({ kind: 'he-normal', fan: 'out' });
      }
    });

    it.each(places(block.expansion))('at %s: gives the shape it lists', (_, place) => {
      const { made, x, state } = setting(block, place);
      const { stride, outputChannels, inputShape } = place;
      const expectedShape = [Math.ceil(inputShape[0] / stride), Math.ceil(inputShape[1] / stride), outputChannels];
      expect(made.inputShape).toEqual(inputShape);
      expect(made.outputShape).toEqual(expectedShape);
      for (const training of [true, false]) {
        expect(made.apply(x, state, { training }).y.shape).toEqual([BATCH, ...expectedShape]);
      }
    });

    it.each(places(block.expansion))('at %s: is branch + shortcut, then what follows', (_, place) => {
      const { made, x, state } = setting(block, place);
      const { y } = made.apply(x, state, { training: false });
      const sum = tf.add<tf.Tensor4D>(block.branch(x, state, place), block.shortcut(x, state, place));
      const error = maximumDifference(y, after(block)(sum));
      console.log(`${block.title} at ${_}: maximum error ${error.toExponential(1)}`);
      // Values of order 10 after up to 288 float32 products and three normalisations.
      expect(error).toBeLessThan(5e-6);
      expect(tf.min(sum).dataSync()[0]).toBeLessThan(0); // or the ReLU would go unseen
    });

    it.each(places(block.expansion))('at %s: with the end of the branch at 0 only the shortcut is left', (_, place) => {
      const { made, x, state } = setting(block, place);
      const { closedBy = [`${block.lastBatchNorm}.weight`, `${block.lastBatchNorm}.bias`] } = block;
      const names = closedBy.map((name) => `${NAME}.${name}`);
      for (const name of names) expect(made.parameters.map((spec) => spec.name)).toContain(name);
      const zeros = names.map((name) => [name, tf.zerosLike(state.parameters[name] as tf.Tensor)] as const);
      const closed = { ...state, parameters: { ...state.parameters, ...Object.fromEntries(zeros) } };
      const { y } = made.apply(x, closed, { training: false });
      expect(maximumDifference(y, after(block)(block.shortcut(x, closed, place)))).toBeLessThan(2e-6);
    });

    it.each(places(block.expansion))(
      'at %s: updates every running statistic when training, none otherwise',
      (_, place) => {
        const { made, x, state } = setting(block, place);
        const trained = made.apply(x, state, { training: true }).buffers;
        expect(Object.keys(trained).sort()).toEqual(made.buffers.map(({ name }) => name).sort());
        for (const [name, tensor] of Object.entries(trained)) {
          const old = state.buffers[name] as tf.Tensor;
          expect(tensor.shape).toEqual(old.shape);
          const change = maximumDifference(tensor, old);
          expect(change).toBeGreaterThan(0);
          expect(change).toBeLessThan(Infinity);
        }
        expect(made.apply(x, state, { training: false }).buffers).toEqual({});
      },
    );

    it.each(places(block.expansion))('at %s: passes a gradient to its input and to every parameter', (_, place) => {
      const { made, x, state } = setting(block, place);
      const labels = tf.tensor1d([0, 1], 'int32');
      const { gradients } = valueAndGradients({ ...state.parameters, x }, ({ x: input, ...parameters }) => {
        const { y } = made.apply(input as tf.Tensor4D, { ...state, parameters }, { training: true });
        return { loss: softmaxCrossEntropy(globalAveragePool(y), labels) };
      });
      expect(Object.keys(gradients).sort()).toEqual([...made.parameters.map(({ name }) => name), 'x'].sort());
      for (const [name, gradient] of Object.entries(gradients)) {
        expect(gradient.shape).toEqual((name === 'x' ? x : state.parameters[name])?.shape);
        const size = maximumDifference(gradient, tf.zerosLike(gradient));
        expect(size, name).toBeGreaterThan(0);
        expect(size, name).toBeLessThan(Infinity);
      }
    });

    it.each(places(block.expansion))('at %s: has the same bits in a segment, whatever that keeps', (_, place) => {
      const { made, x, state } = setting(block, place);
      const labels = tf.tensor1d([0, 1], 'int32');
      const bits = (checkpointing?: Checkpointing) => {
        const { gradients, auxiliary } = valueAndGradients(
          { ...state.parameters, x },
          ({ x: input, ...parameters }) => {
            const run = (value: tf.Tensor4D) => made.apply(value, { ...state, parameters }, { training: true });
            const image = input as tf.Tensor4D;
            const { y, buffers } = checkpointing === undefined ? run(image) : segment(image, run, checkpointing);
            return { loss: softmaxCrossEntropy(globalAveragePool(y), labels), auxiliary: { ...buffers, y } };
          },
        );
        return Object.entries({ ...gradients, ...auxiliary }).map(([name, tensor]) => [name, [...tensor.dataSync()]]);
      };
      const wanted = bits();
      for (const checkpointing of CHECKPOINTING) expect(bits(checkpointing)).toEqual(wanted);
    });

    it('takes any batch size and resolution, whatever it is counted for', () => {
      const place: Place = {
        name: NAME,
        inputShape: [8, 8, 4],
        channels: 4,
        stride: 2,
        outputChannels: 4 * block.expansion,
      };
      const { made, state } = setting(block, place);
      const { y } = made.apply(tf.ones([3, 5, 9, 4]), state, { training: false });
      expect(y.shape).toEqual([3, 3, 5, 4 * block.expansion]);
    });

    it('names what is missing from a state of another network', () => {
      const place = places(block.expansion)[0]?.[1] as Place;
      const { made, x, state } = setting(block, place);
      for (const { name } of made.parameters) {
        const parameters = Object.fromEntries(Object.entries(state.parameters).filter(([kept]) => kept !== name));
        const apply = () => made.apply(x, { ...state, parameters }, { training: false });
        expect(apply).toThrow(ArgumentError);
        expect(apply).toThrow(`state ${name}`);
      }
    });

    it.each([
      [{ channels: 0 }, /an integer >= 1 for layer2\.0\.conv1 outputChannels/],
      [{ channels: 1.5 }, /an integer >= 1 for layer2\.0\.conv1 outputChannels/],
      [{ stride: 0 }, /an integer >= 1 for layer2\.0\.conv\d stride/],
      [{ inputShape: [4, 4, Number.NaN] as const }, /for layer2\.0\.conv1 inputShape/],
    ])('refuses %j', (wrong, pattern) => {
      const options = { name: NAME, inputShape: [4, 4, 4], channels: 4, stride: 1, ...wrong } as const;
      expect(() => block.create(options)).toThrow(pattern);
    });
  });
}

const after = ({ after: follows = tf.relu }: BlockUnderTest): ((sum: tf.Tensor4D) => tf.Tensor4D) => follows;

function setting({ create }: BlockUnderTest, place: Place): { made: Block; x: tf.Tensor4D; state: NetworkState } {
  const made = create(place);
  return { made, x: tf.randomNormal([BATCH, ...place.inputShape], 0, 1, 'float32', 1), state: seededState(made) };
}

/** Values that leave nothing at a special point: no γ at 1, no β at 0, no variance at 1. */
function seededState({ parameters, buffers }: Pick<Block, 'parameters' | 'buffers'>): NetworkState {
  let seed = 100;
  const make = (shape: readonly number[], role: string): tf.Tensor => {
    seed += 1;
    if (role === 'batch-norm-gamma' || role === 'running-variance')
      return tf.randomUniform([...shape], 0.5, 1.5, 'float32', seed);
    return tf.randomNormal([...shape], 0, role === 'convolution-filter' ? 0.3 : 0.2, 'float32', seed);
  };
  const named = (specs: readonly { name: string; shape: readonly number[]; role: string }[]): NamedTensors =>
    Object.fromEntries(specs.map(({ name, shape, role }) => [name, make(shape, role)]));
  return { parameters: named(parameters), buffers: named(buffers) };
}

/** Largest absolute difference; NaN is infinitely far from everything. */
function maximumDifference(a: tf.Tensor, b: tf.Tensor): number {
  expect(a.shape).toEqual(b.shape);
  const right = b.dataSync();
  let worst = 0;
  a.dataSync().forEach((value: number, index: number) => {
    const difference = Math.abs(value - (right[index] ?? Number.NaN));
    worst = Number.isNaN(difference) ? Infinity : Math.max(worst, difference);
  });
  return worst;
}

/** Batch norm of a convolution with running statistics, from stock tfjs ops; zeros added on all four sides. */
export function stockUnit(
  x: tf.Tensor4D,
  state: NetworkState,
  {
    convolution,
    batchNorm,
    stride,
    padding,
  }: { convolution: string; batchNorm: string; stride: number; padding: number },
): tf.Tensor4D {
  const tensor = <T extends tf.Tensor>(tensors: NamedTensors, name: string) => tensors[`${NAME}.${name}`] as T;
  const padded = tf.pad(x, [
    [0, 0],
    [padding, padding],
    [padding, padding],
    [0, 0],
  ]);
  const z = tf.conv2d(padded, tensor<tf.Tensor4D>(state.parameters, `${convolution}.weight`), stride, 'valid');
  const [mean, variance] = ['running_mean', 'running_var'].map((part) => tensor(state.buffers, `${batchNorm}.${part}`));
  const [gamma, beta] = ['weight', 'bias'].map((part) => tensor(state.parameters, `${batchNorm}.${part}`));
  const deviation = tf.sqrt(tf.add(variance as tf.Tensor, 1e-5));
  const normalized = tf.div(tf.sub(z, mean as tf.Tensor), deviation);
  return tf.add(tf.mul(normalized, gamma as tf.Tensor), beta as tf.Tensor);
}

/** Option A from stock tfjs ops: every stride-th pixel, zero channels before and after. */
export function stockZeroPad(x: tf.Tensor4D, { stride, outputChannels }: Place, before: number): tf.Tensor4D {
  const [batch, height, width, channels] = x.shape;
  const kept = tf.stridedSlice(x, [0, 0, 0, 0], [batch, height, width, channels], [1, stride, stride, 1]);
  return tf.pad(kept, [
    [0, 0],
    [0, 0],
    [0, 0],
    [before, outputChannels - channels - before],
  ]) as tf.Tensor4D;
}
