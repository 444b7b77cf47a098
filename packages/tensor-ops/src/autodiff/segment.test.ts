import '@tensorflow/tfjs-backend-cpu';
import * as tf from '@tensorflow/tfjs-core';
import type { Scalar, Tensor, Tensor1D, Tensor4D } from '@tensorflow/tfjs-core';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { expectNoLeaks, seededTensor, setupBackend, weightedSum } from '@resnet-ts/test-utils';
import { CHECKPOINTING } from '../contracts/checkpointing.js';
import type { NamedTensors } from '../contracts/image-classifier.js';
import { convolutionBatchNorm } from '../ops/convolution-batch-norm.js';
import { biasAdd, flatten, relu } from '../ops/elementwise.js';
import { linear } from '../ops/linear.js';
import { maxPool } from '../ops/pooling.js';
import { disposeNamed } from './dispose-named.js';
import { segment } from './segment.js';
import type { SegmentResult } from './segment.js';
import { valueAndGradients } from './value-and-gradients.js';

beforeAll(() => setupBackend('cpu'));

const CHANNELS = 4;
const SHAPE = [2, 5, 6, CHANNELS] as const;

type Body = (x: Tensor4D, parameters: NamedTensors) => SegmentResult<Tensor4D>;

function parametersOf(): Record<string, Tensor> {
  const unit = (name: string, seed: number): [string, Tensor][] => [
    [`${name}.filter`, seededTensor([3, 3, CHANNELS, CHANNELS], seed)],
    [`${name}.gamma`, seededTensor([CHANNELS], seed + 1, { minimum: 0.5, maximum: 1.5 })],
    [`${name}.beta`, seededTensor([CHANNELS], seed + 2)],
  ];
  return Object.fromEntries([...unit('a', 10), ...unit('b', 20), ...unit('c', 30)]);
}

function unit(x: Tensor4D, parameters: NamedTensors, name: string, residual?: Tensor4D) {
  const get = <T extends Tensor>(part: string): T => parameters[`${name}.${part}`] as T;
  const affine = { gamma: get<Tensor1D>('gamma'), beta: get<Tensor1D>('beta') };
  const options = { padding: 1, relu: true, ...(residual === undefined ? {} : { residual }) };
  // Any statistics so far will do.
  return convolutionBatchNorm(
    x,
    get<Tensor4D>('filter'),
    affine,
    { mean: affine.beta, variance: affine.gamma },
    options,
  );
}

/** Two residual blocks of one convolution, and one of a max pool; new statistics as buffers. */
const residual: Body = (x, parameters) => {
  const first = unit(x, parameters, 'a', x);
  const second = unit(first.y, parameters, 'b', first.y);
  const third = unit(second.y, parameters, 'c');
  const y = maxPool(third.y, { windowSize: 2, stride: 1 });
  return { y, buffers: { mean: first.running.mean, variance: third.running.variance } };
};

/** Bits of the loss, the gradients and the buffers. */
function bits(wrap: (x: Tensor4D, f: (x: Tensor4D) => SegmentResult<Tensor4D>) => SegmentResult<Tensor4D>, body: Body) {
  const inputs = { x: seededTensor([...SHAPE], 1), ...parametersOf() };
  const { loss, gradients, auxiliary } = valueAndGradients(inputs, ({ x, ...parameters }) => {
    const { y, buffers } = wrap(x as Tensor4D, (input) => body(input, parameters));
    const weights = Float32Array.from({ length: y.size }, (_, index) => Math.sin(index));
    return { loss: weightedSum(y, weights), auxiliary: buffers };
  });
  const read = (tensors: NamedTensors) =>
    Object.fromEntries(Object.entries(tensors).map(([name, tensor]) => [name, [...tensor.dataSync()]]));
  const result = { loss: loss.dataSync()[0], gradients: read(gradients), buffers: read(auxiliary) };
  loss.dispose();
  for (const tensors of [inputs, gradients, auxiliary]) disposeNamed(tensors);
  return result;
}

const plain = (x: Tensor4D, f: (x: Tensor4D) => SegmentResult<Tensor4D>) => f(x);

describe.each(CHECKPOINTING)('a segment under %s', (policy) => {
  it('has the bits of the same operations on the tape of tfjs', () => {
    expect(bits((x, f) => segment(x, f, policy), residual)).toEqual(bits(plain, residual));
  });

  it('has the bits of segments in a row and of one segment inside another', () => {
    const halves: Body = (x, parameters) => {
      const first = segment(x, (input) => ({ y: unit(input, parameters, 'a', input).y, buffers: {} }), policy);
      return segment(first.y, (input) => ({ y: unit(input, parameters, 'b', input).y, buffers: {} }), policy);
    };
    const wanted = bits(plain, (x, parameters) => {
      const { y } = unit(x, parameters, 'a', x);
      return { y: unit(y, parameters, 'b', y).y, buffers: {} };
    });
    expect(bits(plain, halves)).toEqual(wanted);
    for (const outer of CHECKPOINTING) expect(bits((x, f) => segment(x, f, outer), halves)).toEqual(wanted);
  });

  it('differentiates operations of tfjs that run inside', () => {
    // tfjs-core registers no gradients; this is what tf.customGrad is for.
    const scale = tf.customGrad((a, b, save) => {
      (save as tf.GradSaveFunc)([a as Tensor, b as Tensor]);
      return {
        value: tf.mul(a as Tensor, b as Tensor),
        gradFunc: (dy: Tensor, saved: Tensor[]) => saved.reverse().map((other) => tf.mul(dy, other)),
      };
    });
    const mixed: Body = (x, parameters) => {
      const { y } = unit(x, parameters, 'a', x);
      const twice = scale(y, y) as Tensor4D;
      return { y: unit(relu(twice), parameters, 'b', y).y, buffers: {} };
    };
    expect(bits((x, f) => segment(x, f, policy), mixed)).toEqual(bits(plain, mixed));
  });

  it('spares a gradient that an operation inside hands to two inputs', () => {
    const sum = tf.customGrad((a, b) => ({
      value: tf.add(a as Tensor, b as Tensor),
      gradFunc: (dy: Tensor) => [dy, dy],
    }));
    const shared: Body = (x, parameters) => ({
      y: relu(sum(unit(x, parameters, 'a').y, biasAdd(x, parameters['b.beta'] as Tensor1D)) as Tensor4D),
      buffers: {},
    });
    expect(bits((x, f) => segment(x, f, policy), shared)).toEqual(bits(plain, shared));
  });

  it('refuses an operation of tfjs without a gradient', () => {
    const run = () =>
      bits(
        (x, f) => segment(x, f, policy),
        (x, parameters) => ({ y: tf.sqrt(unit(x, parameters, 'a').y), buffers: {} }),
      );
    expect(run).toThrow('expected a gradient for Sqrt inside a segment, none is registered with tfjs');
  });

  it('refuses a buffer that has a gradient', () => {
    const run = () =>
      bits(
        (x, f) => segment(x, f, policy),
        (x, parameters) => {
          const { y } = unit(x, parameters, 'a');
          return { y: relu(y), buffers: { inner: y } };
        },
      );
    expect(run).toThrow('expected buffers without a gradient from a segment, inner has one, which would be lost');
  });

  it('refuses to be differentiated in parts', () => {
    const run = () =>
      bits(
        (x, f) => segment(x, f, policy),
        (x, parameters) => {
          const { y } = unit(x, parameters, 'a');
          tf.grad((value: Tensor) => relu(value))(y);
          return { y, buffers: {} };
        },
      );
    expect(run).toThrow('expected no differentiation inside a segment');
  });

  it('passes through what it does not change, and gives zeros where nothing leads', () => {
    const identity: Body = (x) => ({ y: x, buffers: {} });
    const { gradients } = bits((x, f) => segment(x, f, policy), identity);
    expect(gradients['x']?.[1]).toBeCloseTo(Math.sin(1), 6);
    expect(new Set(gradients['a.filter'])).toEqual(new Set([0]));
    const parts: Body = (x, parameters) => {
      unit(x, parameters, 'b');
      return { y: unit(x, parameters, 'a').y, buffers: {} };
    };
    const dead = bits((x, f) => segment(x, f, policy), parts);
    expect(new Set(dead.gradients['b.filter'])).toEqual(new Set([0]));
    expect(dead).toEqual(bits(plain, parts));
  });

  it('leaves nothing behind: used, not used, not recorded, failed forward or backward', async () => {
    const saving = tf.customGrad((value, save) => {
      (save as tf.GradSaveFunc)([value as Tensor]);
      return { value: tf.clone(value as Tensor), gradFunc: (dy: Tensor) => dy };
    });
    const run = (x: Tensor4D, parameters: NamedTensors) =>
      segment(
        x,
        (input) => {
          saving(input); // leads nowhere
          return residual(saving(input) as Tensor4D, parameters);
        },
        policy,
      );
    await expectNoLeaks(() => {
      bits((x, f) => segment(x, f, policy), residual);
      const inputs = { x: seededTensor([...SHAPE], 1), ...parametersOf() };
      // Not on the way to the loss.
      const aside = valueAndGradients(inputs, ({ x, ...parameters }) => {
        run(x as Tensor4D, parameters);
        return { loss: linearLoss(x as Tensor4D) };
      });
      aside.loss.dispose();
      disposeNamed(aside.gradients);
      const used = valueAndGradients(inputs, ({ x, ...parameters }) => ({
        loss: linearLoss(run(x as Tensor4D, parameters).y),
      }));
      used.loss.dispose();
      disposeNamed(used.gradients);
      // Not recorded.
      const { y, buffers } = run(inputs.x as Tensor4D, inputs);
      y.dispose();
      disposeNamed(buffers);
      const failing = (x: Tensor4D, parameters: NamedTensors, at: 'forward' | 'backward') =>
        segment(
          x,
          (input) => {
            const inner = unit(input, parameters, 'a');
            const bad = tf.customGrad((value) => ({
              value: tf.clone(value as Tensor),
              gradFunc: () => {
                throw new Error('on purpose');
              },
            }))(inner.y) as Tensor4D;
            if (at === 'forward') throw new Error('on purpose');
            return { y: unit(bad, parameters, 'b', input).y, buffers: {} };
          },
          policy,
        );
      for (const at of ['forward', 'backward'] as const) {
        expect(() =>
          valueAndGradients(inputs, ({ x, ...parameters }) => ({
            loss: linearLoss(failing(x as Tensor4D, parameters, at).y),
          })),
        ).toThrow('on purpose');
      }
      disposeNamed(inputs);
    });
  });
});

function linearLoss(x: Tensor4D): Scalar {
  const rows = flatten(x);
  const width = rows.shape[1];
  const y = linear(rows, tf.ones([width, 1]), tf.zeros([1]));
  return weightedSum(y, new Float32Array(y.size).fill(1));
}

describe('what a segment keeps', () => {
  const activation = SHAPE.reduce<number>((product, size) => product * size, 4);

  /** Data of the size of an activation that live after the forward pass, at most in the backward pass, and with its last one. */
  function kept(policy: (typeof CHECKPOINTING)[number], blocks: number) {
    const inputs = { x: seededTensor([...SHAPE], 1), ...parametersOf() };
    const before = activations();
    let forward = 0;
    highest = 0;
    const { loss, gradients } = valueAndGradients(inputs, ({ x, ...parameters }) => {
      const { y } = segment(
        x as Tensor4D,
        (input) => {
          let value = input;
          for (let block = 0; block < blocks; block++) {
            value = tf.tidy(() => {
              // Nobody saves the activation that a bias is added to.
              const shifted = biasAdd(unit(value, parameters, 'a').y, parameters['c.beta'] as Tensor1D);
              return unit(shifted, parameters, 'b', value).y;
            });
          }
          return { y: value, buffers: {} };
        },
        policy,
      );
      forward = activations() - before;
      highest = 0;
      return { loss: linearLoss(y) };
    });
    const [peak, end] = [highest - before, last - before];
    loss.dispose();
    disposeNamed(gradients);
    disposeNamed(inputs);
    return { forward, peak, end };
  }

  // Data are counted where the backend makes and drops them, so that tensors that share data count once.
  const living = new Map<object, number>();
  let highest = 0;
  let last = 0;
  function activations(): number {
    return [...living.values()].filter((size) => size === activation).length;
  }
  beforeAll(() => {
    const { backend } = tf.engine();
    const write = backend.write.bind(backend);
    vi.spyOn(backend, 'write').mockImplementation((values, shape, dtype) => {
      const id = write(values, shape, dtype);
      living.set(id, (values as Float32Array).byteLength);
      const now = activations();
      highest = Math.max(highest, now);
      if (living.get(id) === activation) last = now;
      return id;
    });
    const dispose = backend.disposeData.bind(backend);
    vi.spyOn(backend, 'disposeData').mockImplementation((id, force) => {
      const gone = dispose(id, force);
      if (gone) living.delete(id);
      return gone;
    });
  });
  afterAll(() => vi.restoreAllMocks());

  it('is z of each convolution and what the next one takes, less what is made again, or nothing, and the result', () => {
    for (const blocks of [1, 3]) {
      expect(kept('keep', blocks).forward).toBe(4 * blocks);
      // The sum with a bias is not made again.
      expect(kept('renormalize', blocks).forward).toBe(3 * blocks + 1);
      expect(kept('checkpoint', blocks).forward).toBe(1);
    }
  });

  it('goes as the backward pass uses it: the peak does not move away from the forward pass with depth', () => {
    const above = (policy: (typeof CHECKPOINTING)[number], blocks: number): number => {
      const { forward, peak } = kept(policy, blocks);
      return peak - forward;
    };
    expect(above('keep', 6)).toBe(above('keep', 3));
    // The outputs between the blocks are made again at once, while two thirds as much goes.
    const [shallow, deep] = [above('renormalize', 3), above('renormalize', 6)];
    console.log(`activations above the forward pass, renormalize: ${shallow} for 3 blocks, ${deep} for 6`);
    expect(deep - shallow).toBeLessThanOrEqual(3);
    for (const policy of CHECKPOINTING) expect(kept(policy, 6).end).toBe(kept(policy, 3).end);
  });
});

it('refuses another policy', () => {
  const run = () => segment(tf.scalar(1), (y) => ({ y, buffers: {} }), 'forget' as never);
  expect(run).toThrow(`expected 'keep', 'renormalize' or 'checkpoint' for checkpointing, received "forget"`);
});
