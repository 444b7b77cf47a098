import * as tf from '@tensorflow/tfjs-core';
import type { Implementation } from '../dispatch/implementations.js';
import { implementationsUsed, resetImplementationsUsed } from '../dispatch/implementations.js';
import type { ConformanceCase } from './conformance-case.js';
import { inputTensors } from './conformance-case.js';
import { CONVOLUTION_CASES } from './convolution-cases.js';
import { HEAD_CASES } from './head-cases.js';
import { POOLING_CASES } from './pooling-cases.js';
import { SEGMENT_CASES } from './segment-cases.js';

export interface ConformanceOptions {
  /** Registers one test: `it` of vitest, `test` of node:test, or anything alike. */
  readonly test: (name: string, body: () => Promise<void>) => unknown;
  /** Fail where a kernel of the contract did not run but its reference did. Default false. */
  readonly expectKernels?: boolean;
  /** Multiplies every tolerance; for algorithms that trade accuracy for speed, such as Winograd. Default 1. */
  readonly toleranceFactor?: number;
  /** Receives one line a case with its largest error. Default `console.log`. */
  readonly report?: (line: string) => void;
}

/** What one backend made of a case. */
interface Outcome {
  readonly values: Readonly<Record<string, { readonly shape: readonly number[]; readonly data: ArrayLike<number> }>>;
  readonly used: ReadonlyMap<string, Implementation>;
  readonly leakedTensors: number;
}

const ORACLE = 'cpu';
const FLOAT32_EPSILON = 2 ** -23;

/**
 * Compares every operation of this package and its gradients, on a backend, with the references on tfjs's plain `cpu`
 * backend, which must be registered too: odd shapes, seeded values, tolerances derived from the length of the sums.
 * Also fails when a case leaves tensors behind, and, if asked to, when a reference ran in place of a kernel.
 * After each test the backend is active again.
 *
 * @param backendName a registered tfjs backend
 * @example
 * import { it } from 'vitest';
 * operationsConformance('native', { test: it, expectKernels: true });
 */
export function operationsConformance(backendName: string, options: ConformanceOptions): void {
  for (const conformanceCase of [...CONVOLUTION_CASES, ...POOLING_CASES, ...HEAD_CASES, ...SEGMENT_CASES]) {
    options.test(`${conformanceCase.name} on ${backendName}`, () => checkCase(backendName, conformanceCase, options));
  }
}

async function checkCase(
  backendName: string,
  conformanceCase: ConformanceCase,
  options: ConformanceOptions,
): Promise<void> {
  const wanted = await outcomeOn(ORACLE, conformanceCase);
  const actual = await outcomeOn(backendName, conformanceCase);
  const { expectKernels = false, toleranceFactor = 1, report = printLine } = options;
  const failures: string[] = [];
  if (actual.leakedTensors !== 0) failures.push(`${actual.leakedTensors} tensors were left behind`);
  for (const kernel of expectKernels ? conformanceCase.kernels : []) {
    const ran = actual.used.get(kernel) ?? 'nothing';
    if (ran !== 'kernel') failures.push(`${kernel}: expected the kernel of ${backendName} to run, ${ran} ran`);
  }
  const { reductionLength, conditioning = 1 } = conformanceCase;
  const tolerance = toleranceFactor * conditioning * FLOAT32_EPSILON * (4 + Math.sqrt(reductionLength));
  const errors: string[] = [];
  for (const [name, { shape, data }] of Object.entries(wanted.values)) {
    const got = actual.values[name];
    if (got === undefined || got.shape.join() !== shape.join()) {
      failures.push(
        `${name}: expected shape [${shape.join()}], received ${got === undefined ? 'nothing' : `[${got.shape.join()}]`}`,
      );
      continue;
    }
    const error = normalizedError(got.data, data);
    errors.push(`${name} ${error.toExponential(1)}`);
    if (!(error <= tolerance))
      failures.push(`${name}: error ${error.toExponential(2)} above ${tolerance.toExponential(2)}`);
  }
  report(`${conformanceCase.name}: ${errors.join(', ')} (tolerance ${tolerance.toExponential(1)})`);
  if (failures.length > 0) throw new Error(`${conformanceCase.name} on ${backendName}: ${failures.join('; ')}`);
}

function printLine(line: string): void {
  // eslint-disable-next-line no-console -- the errors of a parity test are read even when it passes
  console.log(line);
}

async function outcomeOn(backendName: string, conformanceCase: ConformanceCase): Promise<Outcome> {
  if (!(await tf.setBackend(backendName)))
    throw new Error(`expected the backend ${backendName} to start, and it did not`);
  const before = tf.memory().numTensors;
  const inputs = inputTensors(conformanceCase);
  resetImplementationsUsed();
  const outputs = conformanceCase.run(inputs);
  const used = implementationsUsed();
  const values: Record<string, { shape: readonly number[]; data: ArrayLike<number> }> = {};
  for (const [name, tensor] of Object.entries(outputs)) {
    // A copy: some backends hand out a view of memory that they will use again.
    values[name] = { shape: tensor.shape, data: Array.from(await tensor.data()) };
    tensor.dispose();
  }
  for (const tensor of Object.values(inputs)) tensor.dispose();
  return { values, used, leakedTensors: tf.memory().numTensors - before };
}

/** Largest |actual − expected| over the largest |expected|; NaN when a value is NaN, which equals nothing. */
function normalizedError(actual: ArrayLike<number>, expectedValues: ArrayLike<number>): number {
  let scale = 0;
  let largest = 0;
  for (let index = 0; index < expectedValues.length; index++) {
    const wanted = expectedValues[index] ?? NaN;
    const difference = Math.abs((actual[index] ?? NaN) - wanted);
    if (Number.isNaN(difference)) return NaN;
    scale = Math.max(scale, Math.abs(wanted));
    largest = Math.max(largest, difference);
  }
  return largest / (scale > 0 ? scale : 1);
}
