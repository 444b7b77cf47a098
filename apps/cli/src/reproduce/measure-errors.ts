import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { evaluateImages } from '@resnet-ts/evaluation';
import { ArgumentError, expected } from '@resnet-ts/tensor-ops';
import { replaceFile } from '@resnet-ts/training';
import { z } from 'zod';
import { applyConvolution } from '../backend/apply-arithmetic.js';
import { countProgress } from '../progress/count-progress.js';
import { disposeModel } from '../run/open-model.js';
import { openModels } from '../run/open-models.js';
import { memberOf } from '../test-images/member-of.js';
import { openTestImages } from '../test-images/open-test-images.js';
import type { ProtocolName } from '../test-images/protocol-names.js';
import { tellBroken } from '../test-images/tell-broken.js';
import type { DrawingContext } from './experiment.js';
import type { RunResult } from './run-result.js';

const errorsSchema = z.strictObject({
  step: z.number().int(),
  /** With sizes, for people: `10-crop 224 of 256`. */
  protocol: z.string(),
  examples: z.number().int().positive(),
  top1Error: z.number(),
  top5Error: z.number(),
});

const ensembleSchema = errorsSchema.omit({ step: true }).extend({
  members: z.array(z.strictObject({ run: z.string(), step: z.number().int() })),
});

/** What a network, or several together, make of the test images by one of the paper's protocols; errors are fractions. */
export type ProtocolErrors = Omit<z.infer<typeof errorsSchema>, 'step'>;

/** The file of a run folder that holds the errors of the run alone. */
export const errorsFile = (protocol: ProtocolName): string => `errors-${protocol}.json`;

/** The file in the folder of an ensemble's first run that holds the errors of all together. */
export const ensembleFile = (protocol: ProtocolName): string => `ensemble-${protocol}.json`;

/**
 * The errors of a finished run by a protocol; measured once and kept in the run folder, since 10-crop of 50,000 images
 * takes as long as ten epochs of inference.
 */
export async function measureErrors(
  run: RunResult,
  protocol: ProtocolName,
  context: DrawingContext,
): Promise<ProtocolErrors> {
  const path = join(run.runFolder, errorsFile(protocol));
  const kept = await readKept(path, errorsSchema);
  if (kept?.step === run.stepsPlanned) return kept;
  const { errors, steps } = await testTogether([run], protocol, context);
  await replaceFile(path, `${JSON.stringify({ step: steps[0], ...errors })}\n`);
  return errors;
}

/**
 * The errors of the mean probabilities of finished runs (paper, Table 5); measured once for the same runs in the same
 * order, and kept in the folder of the first.
 *
 * @throws ArgumentError for no run
 */
export async function measureEnsemble(
  runs: readonly RunResult[],
  protocol: ProtocolName,
  context: DrawingContext,
): Promise<ProtocolErrors> {
  const [first] = runs;
  if (first === undefined) throw new ArgumentError(expected('at least one run', 'runs', 'none'));
  const path = join(first.runFolder, ensembleFile(protocol));
  const members = runs.map(({ plan, stepsPlanned }) => ({ run: plan.folder, step: stepsPlanned }));
  const kept = await readKept(path, ensembleSchema);
  if (kept !== undefined && JSON.stringify(kept.members) === JSON.stringify(members)) return kept;
  const { errors, steps } = await testTogether(runs, protocol, context);
  const tested = runs.map(({ plan }, index) => ({ run: plan.folder, step: steps[index] }));
  await replaceFile(path, `${JSON.stringify({ ...errors, members: tested })}\n`);
  return errors;
}

async function testTogether(
  runs: readonly RunResult[],
  protocol: ProtocolName,
  { data, note, selectBackend }: DrawingContext,
): Promise<{ readonly errors: ProtocolErrors; readonly steps: readonly number[] }> {
  const backend = await selectBackend();
  const models = await openModels(runs.map(({ runFolder }) => runFolder));
  try {
    const [model] = models;
    await applyConvolution(backend, model.recipe, note);
    const images = await openTestImages(model, { data });
    const members = models.map((opened) => memberOf(opened, images, { protocol }));
    const names = [...new Set(members.map((member) => member.protocol.name))].join(' and ');
    note(`Testing ${runs.map(({ plan }) => plan.folder).join(' and ')} on ${images.size} images: ${names}`);
    const progress = countProgress(images.size, 'images');
    const report = await evaluateImages({
      ...{ members, images },
      onImage: ({ examples }) => progress.update(examples),
    }).finally(progress.stop);
    tellBroken(images.broken(), note);
    const { examples, top1Error, top5Error } = report;
    return { errors: { protocol: names, examples, top1Error, top5Error }, steps: models.map(({ step }) => step) };
  } finally {
    models.forEach(disposeModel);
  }
}

/** What was measured before; a file that cannot be read counts as none. */
async function readKept<Kept>(path: string, schema: z.ZodType<Kept>): Promise<Kept | undefined> {
  const text = await readFile(path, 'utf8').catch(() => undefined);
  if (text === undefined) return undefined;
  try {
    return schema.parse(JSON.parse(text));
  } catch {
    return undefined;
  }
}
