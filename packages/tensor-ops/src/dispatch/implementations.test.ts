import * as tf from '@tensorflow/tfjs-core';
import type { Tensor4D } from '@tensorflow/tfjs-core';
import { MathBackendCPU } from '@tensorflow/tfjs-backend-cpu';
import { afterAll, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { setupBackend } from '@resnet-ts/test-utils';
import { valueAndGradients } from '../autodiff/value-and-gradients.js';
import { CONVOLUTION, CONVOLUTION_FILTER_GRADIENT, CONVOLUTION_INPUT_GRADIENT } from '../kernels.js';
import { convolution } from '../ops/convolution.js';
import { implementationsUsed, resetImplementationsUsed } from './implementations.js';

// The cpu backend under another name (without an underscore, which tfjs would split), plus one kernel of the contract.
const BACKEND = 'withkernel';
const kernel = vi.fn(({ inputs, backend }: Parameters<tf.KernelFunc>[0]): tf.TensorInfo[] => {
  const { x, filter } = inputs;
  const [batch = 0, height = 0, width = 0] = x?.shape ?? [];
  const shape = [batch, height, width, filter?.shape[3] ?? 0];
  const values = new Float32Array(shape.reduce((product, length) => product * length, 1)).fill(7);
  return [{ dataId: (backend as MathBackendCPU).write(values, shape, 'float32'), shape, dtype: 'float32' }];
});

beforeAll(async () => {
  tf.registerBackend(BACKEND, () => new MathBackendCPU());
  tf.copyRegisteredKernels('cpu', BACKEND);
  tf.registerKernel({ kernelName: CONVOLUTION, backendName: BACKEND, kernelFunc: kernel });
  await setupBackend(BACKEND);
});
afterAll(() => tf.removeBackend(BACKEND));
beforeEach(() => {
  kernel.mockClear();
  resetImplementationsUsed();
});

const image = (): Tensor4D => tf.ones([1, 4, 4, 2]);
const filter = (): Tensor4D => tf.ones([1, 1, 2, 3]);

describe('the choice of an implementation', () => {
  it('is the kernel where the backend has one, given the documented attributes', () => {
    const y = convolution(image(), filter(), { stride: 1, padding: 0 });
    expect([...new Set(y.dataSync())]).toEqual([7]);
    expect(kernel.mock.calls[0]?.[0].attrs).toEqual({ stride: 1, padding: { top: 0, bottom: 0, left: 0, right: 0 } });
    expect(implementationsUsed().get(CONVOLUTION)).toBe('kernel');
    resetImplementationsUsed();
    expect(implementationsUsed().size).toBe(0);
  });

  it('is the reference for each operation the backend lacks', () => {
    const { gradients } = valueAndGradients({ filter: filter() }, (parameters) => {
      const y = convolution(image(), parameters['filter'] as Tensor4D);
      return {
        loss: tf.customGrad<tf.Scalar>((value) => ({
          value: tf.sum(value as Tensor4D),
          gradFunc: () => tf.ones(y.shape),
        }))(y),
      };
    });
    expect([...(gradients['filter']?.dataSync() ?? [])]).toEqual([16, 16, 16, 16, 16, 16]);
    expect(Object.fromEntries(implementationsUsed())).toEqual({
      [CONVOLUTION]: 'kernel',
      [CONVOLUTION_INPUT_GRADIENT]: 'reference',
      [CONVOLUTION_FILTER_GRADIENT]: 'reference',
    });
  });

  it('asks the registry once for each kernel', () => {
    const lookUp = vi.spyOn(Map.prototype, 'get');
    const asked = (): number => lookUp.mock.calls.filter(([key]) => String(key).endsWith(`_${CONVOLUTION}`)).length;
    convolution(image(), filter());
    const first = asked();
    convolution(image(), filter());
    const second = asked() - first;
    lookUp.mockRestore();
    // tfjs itself looks the kernel up twice to run it; the first call has one look-up more, ours.
    expect([first, second]).toEqual([3, 2]);
  });

  it('is made anew for each backend, and a snapshot does not change', async () => {
    convolution(image(), filter());
    const snapshot = implementationsUsed();
    await tf.setBackend('cpu');
    expect([...new Set(convolution(image(), filter()).dataSync())]).toEqual([2]);
    expect(implementationsUsed().get(CONVOLUTION)).toBe('reference');
    expect(snapshot.get(CONVOLUTION)).toBe('kernel');
    await tf.setBackend(BACKEND);
    convolution(image(), filter());
    expect(implementationsUsed().get(CONVOLUTION)).toBe('kernel');
  });

  it('notices a kernel registered later once the answers are reset', () => {
    tf.unregisterKernel(CONVOLUTION, BACKEND);
    resetImplementationsUsed();
    expect([...new Set(convolution(image(), filter()).dataSync())]).toEqual([2]);
    tf.registerKernel({ kernelName: CONVOLUTION, backendName: BACKEND, kernelFunc: kernel });
    resetImplementationsUsed();
    expect([...new Set(convolution(image(), filter()).dataSync())]).toEqual([7]);
  });
});
