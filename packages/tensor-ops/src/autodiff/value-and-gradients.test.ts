import '@tensorflow/tfjs-backend-cpu';
import * as tf from '@tensorflow/tfjs-core';
import type { Tensor, Tensor1D, Tensor2D } from '@tensorflow/tfjs-core';
import { beforeAll, describe, expect, it } from 'vitest';
import { expectNoLeaks, expectTensorsClose, seededTensor, setupBackend, weightedSum } from '@resnet-ts/test-utils';
import type { NamedTensors } from '../contracts/image-classifier.js';
import { relu } from '../ops/elementwise.js';
import { linear } from '../ops/linear.js';
import { softmaxCrossEntropy } from '../ops/softmax-cross-entropy.js';
import { disposeNamed } from './dispose-named.js';
import { valueAndGradients } from './value-and-gradients.js';

beforeAll(() => setupBackend('cpu'));

function exampleNetwork() {
  const x = seededTensor([3, 4], 1) as Tensor2D;
  const labels = tf.tensor1d([0, 1, 4], 'int32');
  const parameters = { weight: seededTensor([4, 5], 2), bias: seededTensor([5], 3), unused: seededTensor([2, 2], 4) };
  const forward = ({ weight, bias }: NamedTensors) => {
    const logits = linear(x, weight as Tensor2D, bias as Tensor1D);
    return { loss: softmaxCrossEntropy(relu(logits), labels), auxiliary: { logits, x } };
  };
  const dispose = (): void => {
    disposeNamed({ x, labels, ...parameters });
  };
  return { x, parameters, forward, dispose };
}

describe('valueAndGradients', () => {
  it('gives a gradient by every name, zeros for a parameter that was not used', () => {
    const { parameters, forward } = exampleNetwork();
    const { loss, gradients } = valueAndGradients(parameters, forward);
    expect(loss.shape).toEqual([]);
    expect(Object.keys(gradients)).toEqual(['weight', 'bias', 'unused']);
    expect(gradients['weight']?.shape).toEqual([4, 5]);
    expect([...(gradients['unused']?.dataSync() ?? [])]).toEqual([0, 0, 0, 0]);
    // The columns of softmax minus target sum to zero over the classes wherever no logit was cut off; here only a sign:
    expect(gradients['bias']?.dataSync().some((value) => value !== 0)).toBe(true);
  });

  it.each(['outside', 'inside'])('leaves only what it returns, %s a tidy', async (where) => {
    await expectNoLeaks(() => {
      const { parameters, forward, dispose } = exampleNetwork();
      const before = tf.memory().numTensors;
      const body = (): void => {
        const result = valueAndGradients(parameters, forward);
        expect(tf.memory().numTensors - before).toBe(1 + 3 + 2);
        if (where === 'inside') return;
        result.loss.dispose();
        disposeNamed(result.gradients);
        disposeNamed(result.auxiliary);
      };
      if (where === 'inside') tf.tidy(body);
      else body();
      dispose();
    });
  });

  it('hands auxiliary tensors out as new ones, so that disposing them spares the inputs', () => {
    const { x, parameters, forward } = exampleNetwork();
    const { auxiliary } = valueAndGradients(parameters, forward);
    expect(auxiliary['x']).not.toBe(x);
    expect(auxiliary['x']?.dataSync()).toEqual(x.dataSync());
    auxiliary['x']?.dispose();
    expect(x.isDisposed).toBe(false);
  });

  it('gives zeros when the loss depends on no parameter at all', () => {
    const { loss, gradients } = valueAndGradients({ a: tf.ones([2]) }, () => ({ loss: tf.scalar(3) }));
    expect([loss.dataSync()[0], ...(gradients['a']?.dataSync() ?? [])]).toEqual([3, 0, 0]);
  });

  it('takes a parameter for the loss, and spares it', () => {
    const a = tf.scalar(3);
    const { loss, gradients } = valueAndGradients({ a }, () => ({ loss: a }));
    loss.dispose();
    expect([a.dataSync()[0], gradients['a']?.dataSync()[0]]).toEqual([3, 1]);
  });

  it('adds up the gradients of a parameter used twice', () => {
    const x = seededTensor([6], 5);
    const weights = Float32Array.of(1, 2, 3, 4, 5, 6);
    const { gradients } = valueAndGradients({ x }, (parameters) => {
      const value = parameters['x'] as Tensor;
      const both = tf.customGrad((a, b) => ({
        value: tf.add(a as Tensor, b as Tensor),
        gradFunc: (dy) => [tf.clone(dy), tf.clone(dy)],
      }))(relu(value), relu(value));
      return { loss: weightedSum(both, weights) };
    });
    const mask = x.dataSync().map((value) => (value > 0 ? 2 : 0));
    expectTensorsClose(
      gradients['x'] as Tensor,
      weights.map((weight, i) => weight * (mask[i] ?? 0)),
      { tolerance: 0 },
    );
  });

  it('leaves nothing behind when the function throws', async () => {
    await expectNoLeaks(() => {
      const { parameters, forward, dispose } = exampleNetwork();
      const failing = (current: NamedTensors) => {
        forward(current);
        throw new Error('on purpose');
      };
      expect(() => valueAndGradients(parameters, failing)).toThrow('on purpose');
      expect(() => valueAndGradients(parameters, (p) => ({ ...forward(p), loss: tf.zeros([2]) as never }))).toThrow(
        'expected a scalar for loss, received [2]',
      );
      dispose();
    });
  });

  it('refuses to differentiate by nothing', () => {
    expect(() => valueAndGradients({}, () => ({ loss: tf.scalar(1) }))).toThrow(
      'expected at least one tensor for parameters',
    );
  });
});
