import { blockSize } from '@resnet-ts/backend-core';
import {
  convolutionBatchNorm,
  disposeNamed,
  globalAveragePool,
  segment,
  softmaxCrossEntropy,
  valueAndGradients,
  zeroPadShortcut,
  type Checkpointing,
  type NamedTensors,
} from '@resnet-ts/tensor-ops';
import { CONVOLUTION_BATCH_NORM_GRADIENT, NORMALIZE } from '@resnet-ts/tensor-ops/kernels';
import { seededTensor, setupBackend } from '@resnet-ts/test-utils';
import * as tf from '@tensorflow/tfjs-core';
import type { Tensor, Tensor1D, Tensor4D } from '@tensorflow/tfjs-core';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { supportedInstructionSets } from './__fixtures__/instruction-sets.js';
import { nativeSuite } from './__fixtures__/native-suite.js';
import { loadNative, nativeStatus } from './index.js';

type Block = (x: Tensor4D, unit: Unit) => Tensor4D;
type Unit = (
  x: Tensor4D,
  window: number,
  channels: number,
  options?: { stride?: number; relu?: boolean; residual?: Tensor4D },
) => Tensor4D;

const SHAPE: [number, number, number, number] = [3, 9, 10, 16];
const ACTIVATION_BYTES = SHAPE.reduce((product, size) => product * size, 4);

// The kinds of block of the paper, each with 16 channels in and out.
const BLOCKS: Record<string, Block> = {
  basic: (x, unit) => unit(unit(x, 3, 16), 3, 16, { residual: x }),
  'basic, option A': (x, unit) =>
    unit(unit(x, 3, 24, { stride: 2 }), 3, 24, {
      residual: zeroPadShortcut(x, { stride: 2, outputChannels: 24, placement: 'end' }),
    }),
  'basic, option B': (x, unit) =>
    unit(unit(x, 3, 24, { stride: 2 }), 3, 24, { residual: unit(x, 1, 24, { stride: 2, relu: false }) }),
  'basic, option C': (x, unit) => unit(unit(x, 3, 16), 3, 16, { residual: unit(x, 1, 16, { relu: false }) }),
  bottleneck: (x, unit) => unit(unit(unit(x, 1, 4), 3, 4), 1, 16, { residual: x }),
  plain: (x, unit) => unit(unit(x, 3, 16), 3, 16),
};

/** Units whose parameters are made as they are first asked for, by place and shape. */
function unitsWith(parameters: Record<string, Tensor>): { unit: Unit; restart: () => void } {
  let place = 0;
  const get = <T extends Tensor>(name: string, make: () => Tensor): T => (parameters[name] ??= make()) as T;
  const unit: Unit = (x, window, channels, { stride = 1, relu = true, residual } = {}) => {
    const seed = 10 * ++place;
    const filter = get<Tensor4D>(`${place}.filter`, () =>
      seededTensor([window, window, x.shape[3], channels], seed, { minimum: -0.3, maximum: 0.3 }),
    );
    const gamma = get<Tensor1D>(`${place}.gamma`, () => seededTensor([channels], seed + 1, { minimum: 0.5 }));
    const beta = get<Tensor1D>(`${place}.beta`, () => seededTensor([channels], seed + 2));
    const options = { stride, relu, padding: (window - 1) / 2, ...(residual === undefined ? {} : { residual }) };
    return convolutionBatchNorm(x, filter, { gamma, beta }, { mean: beta, variance: gamma }, options).y;
  };
  return { unit, restart: () => (place = 0) };
}

const inUse = (): number => Reflect.get(tf.memory(), 'nativeBytesInUse') as number;

/** Two blocks of a kind and a classifier: bits of every gradient, and native bytes kept by the forward pass. */
function differentiate(block: Block, policy: Checkpointing | 'tfjs') {
  const x = seededTensor(SHAPE, 1) as Tensor4D;
  const labels = tf.tensor1d([0, 1, 2], 'int32');
  const parameters: Record<string, Tensor> = {};
  const { unit, restart } = unitsWith(parameters);
  const body = (input: Tensor4D): Tensor4D => {
    restart();
    return block(widened(block(input, unit), unit), unit);
  };
  tf.tidy(() => {
    body(x);
    for (const tensor of Object.values(parameters)) tf.keep(tensor);
  });
  // As in training: in native memory.
  const inputs = tf.tidy(() => mapNamed({ x, ...parameters }, (tensor) => tf.keep(tf.add(tensor, 0))));
  disposeNamed({ x, ...parameters });
  let kept = 0;
  const { loss, gradients } = valueAndGradients(inputs, ({ x: input, ...current }) => {
    Object.assign(parameters, current);
    const before = inUse();
    const y = policy === 'tfjs' ? body(input as Tensor4D) : apply(input as Tensor4D, body, policy);
    if (policy !== 'tfjs') kept = inUse() - before;
    return { loss: softmaxCrossEntropy(globalAveragePool(y), labels) };
  });
  const bits = { loss: loss.dataSync()[0], ...readNamed(gradients) };
  loss.dispose();
  labels.dispose();
  disposeNamed(gradients);
  disposeNamed(inputs);
  return { bits, kept };
}

function apply(x: Tensor4D, body: (x: Tensor4D) => Tensor4D, policy: Checkpointing): Tensor4D {
  return segment(x, (input) => ({ y: body(input), buffers: {} }), policy).y;
}

/** Blocks of option A and B change the channels: back to 16, so that a second one fits. */
function widened(y: Tensor4D, unit: Unit): Tensor4D {
  return y.shape[3] === 16 ? y : unit(y, 1, 16);
}

function mapNamed(tensors: NamedTensors, f: (tensor: Tensor) => Tensor): Record<string, Tensor> {
  return Object.fromEntries(Object.entries(tensors).map(([name, tensor]) => [name, f(tensor)]));
}

function readNamed(tensors: NamedTensors): Record<string, number[]> {
  return Object.fromEntries(Object.entries(tensors).map(([name, tensor]) => [name, [...tensor.dataSync()]]));
}

nativeSuite('segments on the native backend', () => {
  const status = nativeStatus();
  const sets = supportedInstructionSets();

  beforeAll(() => setupBackend('native'));
  afterAll(() => {
    if (status.loaded) loadNative().selectInstructionSet(status.instructionSet);
  });

  describe.each(sets)('%s', (set) => {
    beforeAll(() => {
      loadNative().selectInstructionSet(set);
    });

    it.each(Object.entries(BLOCKS))('%s blocks have the same bits under every policy', (_, block) => {
      const wanted = differentiate(block, 'tfjs').bits;
      for (const policy of ['keep', 'renormalize', 'checkpoint'] as const) {
        const { tensors, bytes } = counts();
        const { bits } = differentiate(block, policy);
        expect(bits).toEqual(wanted);
        expect(counts()).toEqual({ tensors, bytes });
      }
    });

    it('adds the data gradient in place and masks dy in place, with the bits of fresh memory', () => {
      const { dx, dResidual, wanted } = gradientInPlace('alone');
      expect([dx.inPlace, dResidual.inPlace]).toEqual([true, true]);
      expect({ dx: dx.values, dResidual: dResidual.values }).toEqual(wanted);
    });

    it.each(['cloned', 'viewed'] as const)('spares memory that is %s by another tensor', (how) => {
      const { dx, dResidual, wanted, before, after } = gradientInPlace(how);
      expect([dx.inPlace, dResidual.inPlace]).toEqual([false, false]);
      expect({ dx: dx.values, dResidual: dResidual.values }).toEqual(wanted);
      expect(after).toEqual(before);
    });
  });

  function counts(): { tensors: number; bytes: number } {
    return { tensors: tf.memory().numTensors, bytes: inUse() };
  }

  it('keeps z and y of each convolution, z alone, or nothing, beside the result', () => {
    const { basic, plain, bottleneck } = BLOCKS as Record<'basic' | 'plain' | 'bottleneck', Block>;
    const wide = blockSize(ACTIVATION_BYTES);
    const narrow = blockSize(ACTIVATION_BYTES / 4);
    // Mean and variance of each of the four convolutions.
    const statistics = 8 * blockSize(16 * 4);
    for (const block of [basic, plain]) {
      expect(differentiate(block, 'keep').kept).toBe(8 * wide + statistics);
      expect(differentiate(block, 'renormalize').kept).toBe(5 * wide + statistics);
      expect(differentiate(block, 'checkpoint').kept).toBe(wide);
    }
    const six = 12 * blockSize(16 * 4);
    expect(differentiate(bottleneck, 'keep').kept).toBe(4 * wide + 8 * narrow + six);
    expect(differentiate(bottleneck, 'renormalize').kept).toBe(3 * wide + 4 * narrow + six);
    expect(differentiate(bottleneck, 'checkpoint').kept).toBe(wide);
  });

  it('masks the gradient that comes into a segment in its own memory', () => {
    const engine = tf.engine();
    const runKernel = engine.runKernel.bind(engine);
    const added: number[] = [];
    vi.spyOn(engine, 'runKernel').mockImplementation((...call: Parameters<typeof runKernel>) => {
      const before = inUse();
      const output = runKernel<Tensor[]>(...call);
      if (call[0] === CONVOLUTION_BATCH_NORM_GRADIENT) added.push(inUse() - before);
      return output as never;
    });
    differentiate(BLOCKS['basic'] as Block, 'keep');
    vi.restoreAllMocks();
    // The gradients of filter, γ and β each time; that of the branch is new, and that of x is added to the shortcut's.
    const parameters = blockSize(9 * 16 * 16 * 4) + 2 * blockSize(16 * 4);
    const branch = parameters + blockSize(ACTIVATION_BYTES);
    expect(added).toEqual([branch, parameters, branch, parameters]);
  });

  it('runs no addition of tfjs in the backward pass of identity blocks, and recomputes by kernel', async () => {
    const { kernels } = await tf.profile(() => {
      differentiate(BLOCKS['basic'] as Block, 'renormalize');
      return tf.scalar(0);
    });
    const names = kernels.map(({ name }) => name);
    const first = names.indexOf(CONVOLUTION_BATCH_NORM_GRADIENT);
    expect(first).toBeGreaterThan(0);
    expect(names.slice(first)).not.toContain(tf.Add);
    expect(names.filter((name) => name === NORMALIZE)).toHaveLength(3);
  });
});

/** Runs the gradient kernel with a sum and a dy that are alone in their memory, or not. */
function gradientInPlace(how: 'alone' | 'cloned' | 'viewed') {
  return tf.tidy(() => {
    const [batch, height, width, channels] = SHAPE;
    // Sums are in native memory, as gradients are.
    const image = (seed: number): Tensor => tf.add(seededTensor(SHAPE, seed), 0);
    const vector = (seed: number): Tensor => seededTensor([channels], seed, { minimum: 0.5 });
    const statistics = { gamma: vector(6), beta: vector(7), mean: vector(8), variance: vector(9) };
    const filter = seededTensor([3, 3, channels, channels], 5);
    const common = { y: image(10), z: image(2), x: image(3), filter, ...statistics };
    const padding = { top: 1, bottom: 1, left: 1, right: 1 };
    const attributes = { stride: 1, padding, epsilon: 1e-5, relu: true, hasResidual: true, inputGradient: true };
    const run = (inputs: tf.NamedTensorMap, reuseDy: boolean): Tensor[] => {
      const all = { ...attributes, reuseDy } as unknown as tf.NamedAttrMap;
      return tf.engine().runKernel<Tensor[]>(CONVOLUTION_BATCH_NORM_GRADIENT, inputs, all).slice(3);
    };
    const [dy, dxSum] = [image(1), image(4)];
    const others = [dy, dxSum].map((tensor) =>
      how === 'cloned' ? tf.clone(tensor) : tf.slice(tensor, [1, 0, 0, 0], [batch - 1, height, width, channels]),
    );
    if (how === 'alone') for (const other of others) other.dispose();
    const read = (): number[][] => (how === 'alone' ? [] : others.map((other) => [...other.dataSync()]));

    const before = read();
    const fresh = run({ ...common, dy }, false) as [Tensor, Tensor];
    const wanted = { dx: [...tf.add(dxSum, fresh[0]).dataSync()], dResidual: [...fresh[1].dataSync()] };
    const [dx, dResidual] = run({ ...common, dy, dxSum }, true) as [Tensor, Tensor];
    return {
      dx: { inPlace: dx.dataId === dxSum.dataId, values: [...dx.dataSync()] },
      dResidual: { inPlace: dResidual.dataId === dy.dataId, values: [...dResidual.dataSync()] },
      wanted,
      before,
      after: read(),
    };
  });
}
