import { createNetwork } from '@resnet-ts/architectures';
import { implementationsUsed, resetImplementationsUsed } from '@resnet-ts/tensor-ops';
import * as tf from '@tensorflow/tfjs-core';
import { afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { activate, parityBackends } from '../backends.js';
import type { Deviation } from '../golden/compare-golden.js';
import { reportDeviations } from '../golden/deviation-report.js';
import { readGolden } from '../golden/read-golden.js';
import { compareInference, compareStep } from './compare-step.js';
import { compareTraining } from './compare-training.js';
import { FAMILY_NAMES, goldenNetwork } from './family-tables.js';
import { stateGenerator } from './generated-state.js';

const PAPER = ['resnet20', 'resnet20-b', 'plain20', 'resnet50', 'resnet50-paper', 'resnet50-224'];
const FIXTURES = [...PAPER, ...FAMILY_NAMES];

// Only the fastest backend: whole networks take minutes on `cpu`, whose operations have their own parity test.
const [backend] = parityBackends().slice(-1);
if (backend === undefined) throw new Error('no backend to test on');
// Without the native backend: what pure JavaScript can do in seconds, which is one step of the smallest.
const fixtures = backend.ownKernels ? FIXTURES : FIXTURES.slice(0, 1);

describe.each(fixtures)(`%s on ${backend.name} against PyTorch`, (fixture) => {
  const golden = readGolden('networks', fixture);
  const network = createNetwork(goldenNetwork(golden.network));
  const generate = stateGenerator(network, golden.origin.seed);
  let tensorsBefore = 0;

  beforeAll(() => activate(backend));
  beforeEach(() => {
    resetImplementationsUsed();
    tensorsBefore = tf.memory().numTensors;
  });
  afterEach(() => {
    expect(tf.memory().numTensors).toBe(tensorsBefore);
    const expected = backend.ownKernels ? 'kernel' : 'reference';
    const others = [...implementationsUsed()].filter(([, used]) => used !== expected);
    expect(others).toEqual([]);
    expect(implementationsUsed().size).toBeGreaterThan(0);
  });

  it('has the loss, logits, gradients and running statistics of one pass', () => {
    const deviations = compareStep(fixture, network, generate, golden);
    const parts = new Map<string, Deviation[]>([['loss and logits', []]]);
    for (const deviation of deviations) {
      const [, part, name] = deviation.name.split('/');
      const key = name === undefined ? 'loss and logits' : (part ?? '');
      parts.set(key, [...(parts.get(key) ?? []), deviation]);
    }
    for (const [part, some] of parts) reportDeviations(`${backend.name} ${fixture} ${part}`, some);
  });

  it('has the logits of inference', () => {
    reportDeviations(`${backend.name} ${fixture} inference`, compareInference(fixture, network, generate, golden));
  });

  it.each(backend.ownKernels ? golden.trainings : [])('has the losses of ten steps of SGD: $name', (training) => {
    const deviations = compareTraining(fixture, network, generate, golden, training);
    reportDeviations(`${backend.name} ${fixture} training, ${training.name}`, deviations);
  });
});
