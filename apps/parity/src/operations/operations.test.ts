import { implementationsUsed, resetImplementationsUsed } from '@resnet-ts/tensor-ops';
import * as tf from '@tensorflow/tfjs-core';
import { beforeAll, describe, expect, it } from 'vitest';
import { activate, parityBackends } from '../backends.js';
import { readGolden } from '../golden/read-golden.js';
import { reportDeviations } from '../golden/deviation-report.js';
import { operationCalls } from './operation-calls.js';
import { runCase } from './run-case.js';

describe.each(parityBackends())('operations on $name against PyTorch', (backend) => {
  beforeAll(() => activate(backend));

  it.each(Object.entries(operationCalls))('%s and its gradients', (operation, operationCall) => {
    const { cases, origin } = readGolden('operations', operation);
    resetImplementationsUsed();
    const tensorsBefore = tf.memory().numTensors;

    const deviations = cases.flatMap((golden) =>
      runCase(operation, operationCall, golden, origin.seed, backend.ownKernels),
    );

    reportDeviations(`${backend.name} ${operation}`, deviations);
    expect(tf.memory().numTensors).toBe(tensorsBefore);
    const used = implementationsUsed();
    const expected = backend.ownKernels ? 'kernel' : 'reference';
    for (const kernel of operationCall.kernels) expect([kernel, used.get(kernel)]).toEqual([kernel, expected]);
    expect([...used].filter(([, implementation]) => implementation !== expected)).toEqual([]);
  });
});
