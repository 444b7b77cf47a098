import * as tf from '@tensorflow/tfjs-core';
import '@tensorflow/tfjs-backend-cpu';
import {
  initializeNetwork,
  softmaxCrossEntropy,
  valueAndGradients,
  ArgumentError,
  CHECKPOINTING,
  ShapeError,
  type Checkpointing,
  type ImageClassifier,
  type NetworkState,
} from '@resnet-ts/tensor-ops';
import fc from 'fast-check';
import { afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { createNetwork } from './create-network.js';
import { countParameters, layerTable } from './layer-table.js';
import { networkNames, networkTable } from './names/network-names.js';
import type { NetworkTable, ResidualTable } from './tables/network-table.js';

beforeAll(async () => {
  await tf.setBackend('cpu');
});

const sizes = (specs: readonly { readonly shape: readonly number[] }[]) =>
  specs.reduce((sum, { shape }) => sum + shape.reduce((size, side) => size * side, 1), 0);
const stateNames = ({ parameters, buffers }: ImageClassifier) => [...parameters, ...buffers].map(({ name }) => name);

describe('what a network owns', () => {
  const agree = (network: string) => {
    const made = createNetwork(network);
    const layers = layerTable(network);
    expect(sizes(made.parameters)).toBe(countParameters(layers));
    const channels = layers
      .filter(({ kind }) => kind === 'batch-norm')
      .map(({ outputShape }) => outputShape.at(-1) ?? 0);
    expect(sizes(made.buffers)).toBe(2 * channels.reduce((sum, count) => sum + count, 0));
    expect(new Set(stateNames(made)).size).toBe(stateNames(made).length);
  };

  it.each(networkNames())('%s: its parameter list sums to what its table counts', agree);

  it('agrees for any depth 6n + 2', () => {
    const name = fc
      .tuple(fc.constantFrom('resnet', 'plain'), fc.integer({ min: 1, max: 60 }), fc.constantFrom('', '-a', '-b', '-c'))
      .map(([stem, n, option]) => `cifar-${stem}${6 * n + 2}${stem === 'plain' ? '' : option}`);
    fc.assert(fc.property(name, agree), { numRuns: 50 });
  });

  it('makes no tensor', () => {
    const before = tf.memory().numTensors;
    for (const name of networkNames()) createNetwork(name);
    expect(tf.memory().numTensors).toBe(before);
  });
});

// The state of torchvision's models, but for its counters num_batches_tracked, which have no use here.
describe('state names', () => {
  const unit = (convolution: string, batchNorm: string) => [
    `${convolution}.weight`,
    ...['weight', 'bias', 'running_mean', 'running_var'].map((part) => `${batchNorm}.${part}`),
  ];
  const block = (name: string, convolutions: number, projected: boolean) => [
    ...Array.from({ length: convolutions }, (_, index) =>
      unit(`${name}.conv${index + 1}`, `${name}.bn${index + 1}`),
    ).flat(),
    ...(projected ? unit(`${name}.downsample.0`, `${name}.downsample.1`) : []),
  ];
  const resnet = (
    blocks: readonly number[],
    convolutions: number,
    projected: (stage: number, index: number) => boolean,
  ) => [
    ...unit('conv1', 'bn1'),
    ...blocks.flatMap((count, stage) =>
      Array.from({ length: count }, (_, index) =>
        block(`layer${stage + 1}.${index}`, convolutions, projected(stage, index)),
      ).flat(),
    ),
    'fc.weight',
    'fc.bias',
  ];

  it.each([
    ['resnet18', resnet([2, 2, 2, 2], 2, (stage, index) => stage > 0 && index === 0)],
    ['resnet34-a', resnet([3, 4, 6, 3], 2, () => false)],
    ['plain34', resnet([3, 4, 6, 3], 2, () => false)],
    ['resnet50', resnet([3, 4, 6, 3], 3, (_, index) => index === 0)],
    ['resnet152-paper', resnet([3, 8, 36, 3], 3, (_, index) => index === 0)],
    ['resnet50-c', resnet([3, 4, 6, 3], 3, () => true)],
    ['resnet20', resnet([3, 3, 3], 2, () => false)],
    ['resnet20-b', resnet([3, 3, 3], 2, (stage, index) => stage > 0 && index === 0)],
  ])('of %s are those of torchvision', (name, names) => {
    expect(stateNames(createNetwork(name)).sort()).toEqual([...names].sort());
  });

  it.each([
    ['vgg16', [0, 2, 5, 7, 10, 12, 14, 17, 19, 21, 24, 26, 28]],
    ['vgg19', [0, 2, 5, 7, 10, 12, 14, 16, 19, 21, 23, 25, 28, 30, 32, 34]],
  ])('of %s are those of torchvision', (name, features) => {
    const modules = [...features.map((place) => `features.${place}`), 'classifier.0', 'classifier.3', 'classifier.6'];
    const names = modules.flatMap((module) => [`${module}.weight`, `${module}.bias`]);
    expect(stateNames(createNetwork(name))).toEqual(names);
  });

  it('carry the shapes of torchvision, channels last', () => {
    const shapes = Object.fromEntries(createNetwork('resnet50').parameters.map(({ name, shape }) => [name, shape]));
    expect(shapes).toMatchObject({
      'conv1.weight': [7, 7, 3, 64],
      'layer1.0.conv1.weight': [1, 1, 64, 64],
      'layer1.0.downsample.0.weight': [1, 1, 64, 256],
      'layer4.2.conv2.weight': [3, 3, 512, 512],
      'layer4.2.bn3.weight': [2048],
      'fc.weight': [2048, 1000],
      'fc.bias': [1000],
    });
  });
});

// A one-block network of each kind: small enough for the pure JavaScript backend.
const tiny = (name: string): NetworkTable => {
  const table = networkTable(name);
  if (table.kind === 'vgg') {
    const stages = [1, 2].map((convolutions, stage) => ({ convolutions, channels: 4 * (stage + 1) }));
    return { ...table, name: `tiny-${name}`, classes: 3, inputShape: [8, 8, 3], stages, hiddenFeatures: 8 };
  }
  const stages = [4, 8].map((channels) => ({ blocks: 1, channels }));
  const small: ResidualTable = { ...table, stem: { ...table.stem, channels: 4 }, stages };
  return { ...small, name: `tiny-${name}`, classes: 3, inputShape: [16, 12, 3] };
};
const TINY = [
  'resnet20',
  'resnet20-b',
  'resnet20-c',
  'plain20',
  'resnet18',
  'resnet50',
  'resnet50-a-paper',
  'plain18',
  'vgg16',
];

describe('a network runs', () => {
  let before = 0;
  beforeEach(() => {
    before = tf.memory().numTensors;
    tf.engine().startScope();
  });
  afterEach(() => {
    tf.engine().endScope();
    expect(tf.memory().numTensors).toBe(before);
  });
  const setting = (name: string) => {
    const network = createNetwork(tiny(name));
    const images: tf.Tensor4D = tf.randomNormal([4, ...network.inputShape], 0, 1, 'float32', 7);
    return { network, images, state: initializeNetwork(network, { seed: 1 }) };
  };

  it.each(TINY)('%s forward: finite logits, the buffers that went in, nothing else left behind', (name) => {
    const { network, images, state } = setting(name);
    const tensors = tf.memory().numTensors;
    const { logits, buffers } = network.apply(images, state, { training: false });
    expect(logits.shape).toEqual([4, 3]);
    expect(logits.dataSync().every(Number.isFinite)).toBe(true);
    expect(buffers).toBe(state.buffers);
    expect(tf.memory().numTensors).toBe(tensors + 1);
  });

  it.each(TINY)('%s in training: every buffer new, under its own name and shape, nothing else left behind', (name) => {
    const { network, images, state } = setting(name);
    const tensors = tf.memory().numTensors;
    const { buffers } = network.apply(images, state, { training: true });
    expect(Object.keys(buffers).sort()).toEqual(network.buffers.map((spec) => spec.name).sort());
    for (const { name: buffer, shape } of network.buffers) {
      expect(buffers[buffer]).not.toBe(state.buffers[buffer]);
      expect(buffers[buffer]?.shape).toEqual(shape);
    }
    expect(tf.memory().numTensors).toBe(tensors + 1 + network.buffers.length);
  });

  it.each(TINY)('%s backward: a gradient for every parameter, and small steps against it lower the loss', (name) => {
    const { network, images, state } = setting(name);
    const labels = tf.tensor1d([0, 1, 2, 0], 'int32');
    const step = (parameters: typeof state.parameters) =>
      valueAndGradients(parameters, (current) => {
        const { logits, buffers } = network.apply(images, { ...state, parameters: current }, { training: true });
        return { loss: softmaxCrossEntropy(logits, labels), auxiliary: buffers };
      });

    const first = step(state.parameters);
    expect(Object.keys(first.gradients).sort()).toEqual(network.parameters.map((spec) => spec.name).sort());
    for (const { name: parameter, shape } of network.parameters) {
      const gradient = first.gradients[parameter] as tf.Tensor;
      expect(gradient.shape).toEqual(shape);
      const values = gradient.dataSync();
      expect(values.every(Number.isFinite), parameter).toBe(true);
      expect(
        values.some((value) => value !== 0),
        parameter,
      ).toBe(true);
    }

    let parameters = state.parameters;
    for (let count = 0; count < 5; count++) {
      const { gradients } = step(parameters);
      parameters = Object.fromEntries(
        Object.entries(parameters).map(([key, value]) => [
          key,
          tf.sub(value, tf.mul(gradients[key] as tf.Tensor, 0.02)),
        ]),
      );
    }
    const [loss, lower] = [first.loss, step(parameters).loss].map((value) => value.dataSync()[0] ?? Number.NaN);
    expect(lower).toBeLessThan(loss ?? Number.NaN);
  });

  it('computes no gradient of the images in training, and one through frozen batch norm', () => {
    const { network, images, state } = setting('resnet20');
    const labels = tf.tensor1d([0, 1, 2, 0], 'int32');
    const [training, frozen] = [true, false].map((mode) => {
      const { gradients } = valueAndGradients({ images }, ({ images: input }) => {
        const { logits } = network.apply(input as tf.Tensor4D, state, { training: mode });
        return { loss: softmaxCrossEntropy(logits, labels) };
      });
      return tf.max(tf.abs(gradients['images'] as tf.Tensor)).dataSync()[0];
    });
    expect(training).toBe(0);
    expect(frozen).toBeGreaterThan(0);
  });

  /** Bits of the loss, of every gradient and of every new buffer. */
  const stepBits = (network: ImageClassifier, state: NetworkState, images: tf.Tensor4D, policy?: Checkpointing) => {
    const labels = tf.tensor1d([0, 1, 2, 0], 'int32');
    const { loss, gradients, auxiliary } = valueAndGradients(state.parameters, (parameters) => {
      const options = { training: true, checkpointing: policy };
      const { logits, buffers } = network.apply(images, { ...state, parameters }, options);
      return { loss: softmaxCrossEntropy(logits, labels), auxiliary: buffers };
    });
    return Object.entries({ loss, ...gradients, ...auxiliary }).map(([key, value]) => [key, [...value.dataSync()]]);
  };

  it.each(TINY)('%s has the same bits whatever a step keeps, by stages of two blocks', (name) => {
    const table = tiny(name);
    const stages = table.kind === 'vgg' ? table.stages : table.stages.map((stage) => ({ ...stage, blocks: 2 }));
    const deeper = { ...table, stages } as NetworkTable;
    const network = createNetwork(deeper);
    const { images } = setting(name);
    const state = initializeNetwork(network, { seed: 2 });
    const [first, ...others] = CHECKPOINTING.map((policy) => stepBits(network, state, images, policy));
    for (const other of others) expect(other).toEqual(first);
    expect(stepBits(network, state, images)).toEqual(first);
  });

  it('keeps less and less of a deep network, as apply or createNetwork is told', () => {
    const table = tiny('resnet20');
    const stages = [{ blocks: 9, channels: 4 }];
    const kept = (option: Checkpointing | undefined, told: Checkpointing | undefined): number => {
      const options = option === undefined ? {} : { checkpointing: option };
      const network = createNetwork({ ...table, stages } as NetworkTable, options);
      const images = tf.ones<tf.Rank.R4>([4, 4, 4, 3]);
      const state = initializeNetwork(network, { seed: 1 });
      let buffers = 0;
      tf.tidy(() => {
        const before = tf.memory().numDataBuffers;
        valueAndGradients(state.parameters, (parameters) => {
          const mode = { training: true, ...(told === undefined ? {} : { checkpointing: told }) };
          const { logits } = network.apply(images, { ...state, parameters }, mode);
          buffers = tf.memory().numDataBuffers - before - network.buffers.length;
          return { loss: softmaxCrossEntropy(logits, tf.tensor1d([0, 1, 2, 0], 'int32')) };
        });
      });
      return buffers;
    };
    const [keep, renormalize, checkpoint] = CHECKPOINTING.map((policy) => kept(undefined, policy));
    // The features and the logits; z, mean and variance of 19 convolutions; and their 19 activations, or those of the stem
    // and of the blocks. Or the inputs of three segments of four, four and one block.
    expect(keep).toBe(19 * 3 + 19 + 2);
    expect(renormalize).toBe(19 * 3 + 10 + 2);
    expect(checkpoint).toBe(3 + 2);
    expect(kept('checkpoint', undefined)).toBe(checkpoint);
    expect(kept('checkpoint', 'keep')).toBe(keep);
    expect(kept(undefined, undefined)).toBe(keep);
  });

  it('keeps the activations of bottlenecks only where it is told to', () => {
    const { images, state } = setting('resnet50');
    const kept = (checkpointing?: Checkpointing): number => {
      let buffers = 0;
      const network = createNetwork(tiny('resnet50'));
      tf.tidy(() => {
        valueAndGradients(state.parameters, (parameters) => {
          const before = tf.memory().numDataBuffers;
          const { logits } = network.apply(images, { ...state, parameters }, { training: true, checkpointing });
          buffers = tf.memory().numDataBuffers - before;
          return { loss: softmaxCrossEntropy(logits, tf.tensor1d([0, 1, 2, 0], 'int32')) };
        });
      });
      return buffers;
    };
    expect(kept()).toBe(kept('renormalize'));
    // The stem's activation, and in each of the two blocks those of its 1×1 and its 3×3; that of the projection is kept
    // by nobody.
    expect(kept('keep') - kept()).toBe(5);
  });

  it('makes the outputs of blocks again in stages deeper than 32 blocks, with the same bits', () => {
    const table = tiny('resnet20');
    const network = createNetwork({ ...table, stages: [{ blocks: 33, channels: 4 }] } as NetworkTable);
    const images: tf.Tensor4D = tf.randomNormal([4, 4, 4, 3], 0, 1, 'float32', 7);
    const state = initializeNetwork(network, { seed: 1 });
    const [keep, renormalize] = (['keep', 'renormalize'] as const).map((policy) =>
      stepBits(network, state, images, policy),
    );
    expect(renormalize).toEqual(keep);
    let buffers = 0;
    valueAndGradients(state.parameters, (parameters) => {
      const before = tf.memory().numDataBuffers;
      const { logits } = network.apply(images, { ...state, parameters }, { training: true });
      buffers = tf.memory().numDataBuffers - before - network.buffers.length;
      return { loss: softmaxCrossEntropy(logits, tf.tensor1d([0, 1, 2, 0], 'int32')) };
    });
    // z, mean and variance of 67 convolutions; the stem's activation and that of each segment of seven blocks;
    // features and logits.
    expect(buffers).toBe(67 * 3 + 1 + 5 + 2);
  });

  it('lets go of activations as soon as a block is through: the peak of inference does not grow with depth', async () => {
    const table = tiny('resnet20');
    if (table.kind === 'vgg') throw new Error('not reached');
    const peaks: number[] = [];
    for (const blocks of [2, 6]) {
      const network = createNetwork({ ...table, stages: table.stages.map((stage) => ({ ...stage, blocks })) });
      const state = initializeNetwork(network, { seed: 1 });
      const images = tf.ones<tf.Rank.R4>([8, 16, 12, 3]);
      const held = tf.memory().numBytes;
      const { peakBytes } = await tf.profile(() => network.apply(images, state, { training: false }).logits);
      peaks.push(peakBytes - held);
    }
    expect(peaks[0]).toBeGreaterThan(0);
    expect(peaks[1]).toBe(peaks[0]);
  });

  it('puts the zeros of option A on both sides on request: other logits, the same state', () => {
    const table = tiny('resnet20');
    const { images, state } = setting('resnet20');
    const logits = (['end', 'symmetric'] as const).map((shortcutPlacement) => {
      const network = createNetwork(table, { shortcutPlacement });
      return Array.from(network.apply(images, state, { training: false }).logits.dataSync());
    });
    expect(logits[0]).not.toEqual(logits[1]);
  });

  it('starts as its shortcuts under zero-init: the logits depend on stem, shortcuts and fc alone', () => {
    const network = createNetwork(tiny('resnet18'), { zeroInitResidual: true });
    const images: tf.Tensor4D = tf.randomNormal([2, 16, 16, 3], 0, 1, 'float32', 3);
    const state = initializeNetwork(network, { seed: 1 });
    const other = Object.fromEntries(
      Object.entries(state.parameters).map(([name, value]) => [
        name,
        /layer\d.*\.conv\d/.test(name) ? tf.mul(value, 2) : value,
      ]),
    );
    const logits = [state.parameters, other].map((parameters) =>
      Array.from(network.apply(images, { ...state, parameters }, { training: false }).logits.dataSync()),
    );
    expect(logits[0]).toEqual(logits[1]);
  });

  it.each([
    [
      'resnet20',
      [2, 32, 32, 1],
      /shape \[N, H, W, 3\] for images of tiny-resnet20, received \[2, 32, 32, 1\]; pass inputShape/,
    ],
    ['resnet20', [32, 32, 3], /shape \[N, H, W, 3\]/],
    ['vgg16', [2, 16, 16, 3], /shape \[N, 8, 8, 3\] for images of tiny-vgg16/],
  ])('%s refuses images of shape %j', (name, shape, pattern) => {
    const { network, state } = setting(name);
    const apply = () => network.apply(tf.zeros<tf.Rank>(shape) as tf.Tensor4D, state, { training: false });
    expect(apply).toThrow(ShapeError);
    expect(apply).toThrow(pattern);
  });

  it('takes images of any resolution, and other channels when asked', () => {
    const { network, state } = setting('resnet20');
    expect(network.apply(tf.zeros([1, 9, 5, 3]), state, { training: false }).logits.shape).toEqual([1, 3]);
    const grey = createNetwork(tiny('resnet20'), { inputShape: [28, 28, 1], classes: 10 });
    const greyState = initializeNetwork(grey, { seed: 1 });
    expect(grey.apply(tf.zeros([1, 28, 28, 1]), greyState, { training: false }).logits.shape).toEqual([1, 10]);
  });

  it('names what is missing from the state of another network', () => {
    const { network, images } = setting('resnet20-b');
    const { state } = setting('resnet20');
    const apply = () => network.apply(images, state, { training: false });
    expect(apply).toThrow(ArgumentError);
    expect(apply).toThrow(/state layer2\.0\.downsample\.0\.weight, received undefined/);
  });
});
