import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { createEvaluationBatches, loadDataset } from '@resnet-ts/data-pipelines';
import { layerResponses } from '@resnet-ts/evaluation';
import { disposeNamed } from '@resnet-ts/tensor-ops';
import { replaceFile } from '@resnet-ts/training';
import { z } from 'zod';
import { applyConvolution } from '../backend/apply-arithmetic.js';
import { findDataset } from '../datasets/find-dataset.js';
import { openModel } from '../run/open-model.js';
import type { DrawingContext } from './experiment.js';
import type { RunResult } from './run-result.js';

const responsesSchema = z.strictObject({
  step: z.number().int(),
  examples: z.number().int(),
  layers: z.array(z.strictObject({ layer: z.string(), mean: z.number(), deviation: z.number() })).min(1),
});

/** What a trained network's layers answer to the test images. */
export type Responses = z.infer<typeof responsesSchema>;

const path = (runFolder: string): string => join(runFolder, 'layer-responses.json');

/**
 * The responses of a finished run's layers to all test images, in the order of the layers; measured once and kept in the
 * run folder.
 */
export async function measureResponses(run: RunResult, context: DrawingContext): Promise<Responses> {
  const kept = await readResponses(run);
  if (kept !== undefined) return kept;
  const backend = await context.selectBackend();
  const { step, recipe, network, state, preprocessing } = await openModel(run.runFolder);
  try {
    await applyConvolution(backend, recipe, context.note);
    const dataset = await findDataset(recipe.data.set, context.data);
    const { test } = await loadDataset(dataset, { directory: context.data });
    const batches = createEvaluationBatches(test, { batchSize: Math.min(250, test.count), mean: preprocessing.mean });
    const layers = await layerResponses({ network, state, batches: batches.epoch(0) });
    const responses = { step, examples: test.count, layers };
    await replaceFile(path(run.runFolder), `${JSON.stringify(responses)}\n`);
    return responses;
  } finally {
    disposeNamed(state.parameters);
    disposeNamed(state.buffers);
  }
}

/** What was measured before; a file that cannot be read, or of another checkpoint, is measured again. */
async function readResponses(run: RunResult): Promise<Responses | undefined> {
  const text = await readFile(path(run.runFolder), 'utf8').catch(() => undefined);
  if (text === undefined) return undefined;
  try {
    const responses = responsesSchema.parse(JSON.parse(text));
    return responses.step === run.stepsPlanned ? responses : undefined;
  } catch {
    return undefined;
  }
}
