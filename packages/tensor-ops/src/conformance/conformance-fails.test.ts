// The suite must be able to fail: a backend with wrong kernels, and one without kernels.
import * as tf from '@tensorflow/tfjs-core';
import { MathBackendCPU } from '@tensorflow/tfjs-backend-cpu';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { setupBackend } from '@resnet-ts/test-utils';
import { GLOBAL_AVERAGE_POOL } from '../kernels.js';
import { operationsConformance } from './operations-conformance.js';

const BACKEND = 'flawed';
const CASE = 'global average pool of 3x7x7x17 on flawed';

/** The bodies of the suite's tests by name, and the lines they report. */
function collect(expectKernels: boolean): { bodies: Map<string, () => Promise<void>>; lines: string[] } {
  const bodies = new Map<string, () => Promise<void>>();
  const lines: string[] = [];
  operationsConformance(BACKEND, {
    test: (name, body) => bodies.set(name, body),
    expectKernels,
    report: (line) => lines.push(line),
  });
  return { bodies, lines };
}

/** Registers a kernel that averages and then changes the result. */
function registerFlaw(flaw: (values: Float32Array) => void): void {
  tf.registerKernel({
    kernelName: GLOBAL_AVERAGE_POOL,
    backendName: BACKEND,
    kernelFunc: ({ inputs, backend }) => {
      const { x } = inputs;
      if (x === undefined) throw new Error('no input x');
      const [batch = 0, height = 0, width = 0, channels = 0] = x.shape;
      const cpu = backend as MathBackendCPU;
      const pixels = cpu.readSync(x.dataId) as Float32Array;
      const sums = new Float64Array(batch * channels);
      pixels.forEach((value, index) => {
        const at = Math.floor(index / (height * width * channels)) * channels + (index % channels);
        sums[at] = (sums[at] ?? 0) + value;
      });
      const means = Float32Array.from(sums, (sum) => sum / (height * width));
      flaw(means);
      const shape = [batch, channels];
      return [{ dataId: cpu.write(means, shape, 'float32'), shape, dtype: 'float32' }];
    },
  });
}

async function runCase(expectKernels = false): Promise<string[]> {
  const { bodies, lines } = collect(expectKernels);
  await bodies.get(CASE)?.();
  return lines;
}

beforeAll(async () => {
  tf.registerBackend(BACKEND, () => new MathBackendCPU());
  tf.copyRegisteredKernels('cpu', BACKEND);
  await setupBackend(BACKEND);
});
afterAll(() => tf.removeBackend(BACKEND));

describe('operationsConformance', () => {
  it('passes a right kernel and reports its errors', async () => {
    registerFlaw(() => undefined);
    const lines = await runCase();
    expect(lines.join()).toMatch(/^global average pool of 3x7x7x17: y [0-9.e+-]+, dx [0-9.e+-]+ \(tolerance /);
    tf.unregisterKernel(GLOBAL_AVERAGE_POOL, BACKEND);
  });

  it.each([
    ['one value off by 1e-4', (means: Float32Array) => void (means[20] = (means[20] ?? 0) + 1e-4), 'y: error'],
    ['a NaN', (means: Float32Array) => void (means[3] = NaN), 'y: error NaN'],
  ])('fails %s', async (_, flaw, message) => {
    registerFlaw(flaw);
    await expect(runCase()).rejects.toThrow(message);
    tf.unregisterKernel(GLOBAL_AVERAGE_POOL, BACKEND);
  });

  it('fails a backend whose reference ran in place of a kernel, but only if kernels are expected', async () => {
    await expect(runCase()).resolves.toBeDefined();
    await expect(runCase(true)).rejects.toThrow(
      'ResidualGlobalAveragePool: expected the kernel of flawed to run, reference ran',
    );
  });

  it('covers every kernel of the contract', async () => {
    const contract = Object.values(await import('../kernels.js')).filter((value) => typeof value === 'string');
    const unclaimed = new Set<string>(contract);
    const { bodies } = collect(true);
    for (const body of bodies.values()) {
      const message = await body().then(String, String);
      for (const kernel of contract) if (message.includes(`${kernel}: expected the kernel`)) unclaimed.delete(kernel);
    }
    expect([...unclaimed]).toEqual([]);
  });
});
