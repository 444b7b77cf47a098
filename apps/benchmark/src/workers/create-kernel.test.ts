import { nativeStatus } from '@resnet-ts/backend-native';
import * as tf from '@tensorflow/tfjs-core';
import { beforeAll, describe, expect, it } from 'vitest';
import { KERNEL_OPERATIONS } from '../kernels/kernel-case.js';
import { kernelCases } from '../kernels/kernel-cases.js';
import { createKernel } from './create-kernel.js';
import { useBackend } from './use-backend.js';

const cases = new Map([...kernelCases('resnet8', 1), ...kernelCases('resnet18', 1)].map((one) => [one.operation, one]));

// Kernels are the native backend's own: without its addon there is nothing to time.
describe.runIf(nativeStatus().loaded)('createKernel', () => {
  beforeAll(() => useBackend('native'));

  const grouped = kernelCases('resnext29-8x64d', 1).filter(({ groups }) => groups > 1);
  const each = [...KERNEL_OPERATIONS.map((operation) => cases.get(operation)), ...grouped.slice(0, 3)];

  it.each(each.map((one) => [one?.subject, one] as const))('%s runs again without holding memory', (_, kernelCase) => {
    if (kernelCase === undefined) throw new RangeError('an operation has no case');
    const before = tf.memory().numTensors;
    const kernel = createKernel(kernelCase);
    const prepared = tf.memory().numTensors;
    expect(prepared).toBeGreaterThan(before);
    kernel.run();
    kernel.run();
    expect(tf.memory().numTensors).toBe(prepared);
    const norms = kernel.norms();
    expect(norms).toEqual(kernel.norms());
    expect(norms.every((length) => length > 0)).toBe(true);
    expect(tf.memory().numTensors).toBe(prepared);
    kernel.dispose();
    expect(tf.memory().numTensors).toBe(before);
  });
});
