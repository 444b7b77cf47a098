import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { distanceOf, requireSameStep, TOLERANCES } from '../measure/verify.js';
import { OPTIMIZER } from '../settings.js';
import type { ContenderSettings } from '../settings.js';
import { createSteps } from './create-steps.js';
import { useBackend } from './use-backend.js';

const settings: ContenderSettings = {
  ...OPTIMIZER,
  ...{ network: 'resnet8', width: 1, batch: 4, threads: 1, precision: 'float32', imageSize: 16, classes: 10 },
  ...{ checkpointing: null, convolution: 'fast', cifarFolder: null, examples: 16 },
};
let folder = '';
beforeAll(async () => {
  // The slowest machine has it, and it computes with the references alone.
  await useBackend('wasm');
  folder = await mkdtemp(join(tmpdir(), 'bench-steps-'));
});
afterAll(() => rm(folder, { recursive: true }));

async function stepOf(change: Partial<ContenderSettings>, learningRate = 0.1) {
  const file = join(folder, 'start.safetensors');
  const ours = await createSteps(settings);
  await ours.run(1);
  ours.exportStart(file, 2);
  const theirs = await createSteps({ ...settings, ...change });
  const named = {
    ours: { name: 'ours', ...ours.verify(file, 0.1) },
    theirs: { name: 'theirs', ...theirs.verify(file, learningRate) },
  };
  return named;
}

describe('createSteps', () => {
  it('takes the same step again and again from the same file', async () => {
    const { ours, theirs } = await stepOf({});
    expect(theirs).toEqual({ ...ours, name: 'theirs' });
    expect(distanceOf(ours.updates, theirs.updates)).toBe(0);
  });

  it.each<[string, Partial<ContenderSettings>, number, RegExp]>([
    ['without shortcuts, which has the same parameters', { network: 'plain8' }, 0.1, /the loss is/],
    ['with another momentum', { momentum: 0.8 }, 0.1, /the updates of theirs are/],
    ['with another rate', {}, 0.09, /the updates of theirs are 10.0 % from those of ours/],
  ])('a contender %s is refused', async (_what, change, learningRate, message) => {
    const { ours, theirs } = await stepOf(change, learningRate);
    expect(() => requireSameStep(ours, theirs, TOLERANCES.float32)).toThrow(message);
  });
});
