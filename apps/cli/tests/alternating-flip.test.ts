import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createNetwork } from '@resnet-ts/architectures';
import { createTrainingBatches } from '@resnet-ts/data-pipelines';
import { createCounterRandom, disposeNamed } from '@resnet-ts/tensor-ops';
import { parseRecipe, train } from '@resnet-ts/training';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { selectBackend } from '../src/backend/select-backend.js';
import { syntheticRecipe } from './synthetic-dataset.js';

const [count, side, steps] = [12, 8, 9];
const random = createCounterRandom({ seed: 1, purpose: 'images' });
const set = {
  ...{ count, height: side, width: side, channels: 3, classes: 2 },
  images: Uint8Array.from({ length: count * side * side * 3 }, (_, at) => random.integer(256, at)),
  labels: Uint8Array.from({ length: count }, (_, image) => image % 2),
};
const network = createNetwork('resnet8', { classes: 2, inputShape: [side, side, 3] });

let folder = '';
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'resnet-flip-'));
  await selectBackend({ backend: 'auto', threads: 1 }, () => undefined);
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** Three epochs of three steps; stopped after the steps given, each time with batches of their own. */
async function trained(
  name: string,
  flip: true | 'alternate',
  { stops = [], workers = 0 }: { readonly stops?: readonly number[]; readonly workers?: number } = {},
): Promise<Buffer> {
  const augmentation = { pad: 1, flip };
  const recipe = parseRecipe(
    {
      ...{ ...syntheticRecipe, length: { steps }, batchSize: 4 },
      data: { ...syntheticRecipe.data, augmentation },
    },
    name,
  );
  const runFolder = join(folder, name);
  for (const maximumSteps of [...stops, undefined]) {
    const mean = new Float32Array(side * side * 3).fill(128);
    const batches = createTrainingBatches(set, { batchSize: 4, seed: recipe.seed, mean, augmentation, workers });
    const result = await train({ network, recipe, batches, runFolder, resume: 'latest', maximumSteps });
    disposeNamed(result.state.parameters);
    disposeNamed(result.state.buffers);
    await batches.close();
    if (result.stopped === 'finished') return readFileSync(join(result.checkpoint, 'model.safetensors'));
  }
  throw new Error('the run did not finish');
}

describe('images mirrored in every other epoch', () => {
  it('are so in a run that is stopped and resumed, with workers or without, to the bit', async () => {
    const whole = await trained('whole', 'alternate');
    // In the middle of the second epoch, whose side depends on the first, at its end, and after every step.
    for (const [name, stops] of Object.entries({ middle: [4], end: [3, 6], every: [1, 2, 3, 4, 5, 6, 7, 8] })) {
      expect(Buffer.compare(await trained(name, 'alternate', { stops }), whole), name).toBe(0);
    }
    expect(Buffer.compare(await trained('workers', 'alternate', { stops: [4], workers: 1 }), whole)).toBe(0);
    // It tells the difference.
    expect(Buffer.compare(await trained('drawn', true), whole)).not.toBe(0);
  });
});
