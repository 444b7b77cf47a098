import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { LOGITS_TOLERANCES, requireSameLogits } from '../measure/verify-logits.js';
import { OPTIMIZER } from '../settings.js';
import type { ContenderSettings } from '../settings.js';
import { createInference } from './create-inference.js';
import { useBackend } from './use-backend.js';

const settings: ContenderSettings = {
  ...OPTIMIZER,
  ...{ network: 'resnet8', width: 1, batch: 4, threads: 1, precision: 'float32', imageSize: 16, classes: 10 },
  ...{ checkpointing: null, convolution: 'fast', cifarFolder: null, examples: 4 },
};
let folder = '';
beforeAll(async () => {
  await useBackend('wasm');
  folder = await mkdtemp(join(tmpdir(), 'bench-inference-'));
});
afterAll(() => rm(folder, { recursive: true }));

it('computes the logits of an exported start, and another network does not', () => {
  const file = join(folder, 'start.safetensors');
  const ours = createInference(settings);
  expect(ours.run(1).seconds).toBeGreaterThan(0);
  ours.exportStart(file, 2);
  const logits = ours.verify(file);
  expect(logits).toHaveLength(20);
  const again = createInference(settings).verify(file);
  requireSameLogits(logits, again, 'again', LOGITS_TOLERANCES.float32);
  // The same parameters without the shortcuts.
  const plain = createInference({ ...settings, network: 'plain8' }).verify(file);
  expect(() => requireSameLogits(logits, plain, 'plain', LOGITS_TOLERANCES.bfloat16)).toThrow(
    /the logits of plain are/,
  );
});
