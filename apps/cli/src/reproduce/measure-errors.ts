import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { evaluateImages } from '@resnet-ts/evaluation';
import { replaceFile } from '@resnet-ts/training';
import { z } from 'zod';
import { applyConvolution } from '../backend/apply-arithmetic.js';
import { countProgress } from '../progress/count-progress.js';
import { disposeModel, openModel } from '../run/open-model.js';
import { memberOf } from '../test-images/member-of.js';
import { openTestImages } from '../test-images/open-test-images.js';
import type { ProtocolName } from '../test-images/protocol-names.js';
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

/** What a finished run's network makes of the test images by one of the paper's protocols; errors are fractions. */
export type ProtocolErrors = z.infer<typeof errorsSchema>;

/** The file of a run folder that holds them. */
export const errorsFile = (protocol: ProtocolName): string => `errors-${protocol}.json`;

/**
 * The errors of a finished run by a protocol; measured once and kept in the run folder, since 10-crop of 50,000 images
 * takes as long as ten epochs of inference.
 */
export async function measureErrors(
  run: RunResult,
  protocol: ProtocolName,
  context: DrawingContext,
): Promise<ProtocolErrors> {
  const kept = await readErrors(run, protocol);
  if (kept !== undefined) return kept;
  const backend = await context.selectBackend();
  const model = await openModel(run.runFolder);
  try {
    await applyConvolution(backend, model.recipe, context.note);
    const images = await openTestImages(model, { data: context.data, note: context.note });
    const member = memberOf(model, images, { protocol });
    context.note(`Testing ${run.plan.folder} on ${images.size} images: ${member.protocol.name}`);
    const progress = countProgress(images.size, 'images');
    const report = await evaluateImages({
      ...{ members: [member], images },
      onImage: ({ examples }) => progress.update(examples),
    }).finally(progress.stop);
    const { examples, top1Error, top5Error } = report;
    const errors = { step: model.step, protocol: member.protocol.name, examples, top1Error, top5Error };
    await replaceFile(join(run.runFolder, errorsFile(protocol)), `${JSON.stringify(errors)}\n`);
    return errors;
  } finally {
    disposeModel(model);
  }
}

/** What was measured before; a file that cannot be read, or of another checkpoint, is measured again. */
async function readErrors(run: RunResult, protocol: ProtocolName): Promise<ProtocolErrors | undefined> {
  const text = await readFile(join(run.runFolder, errorsFile(protocol)), 'utf8').catch(() => undefined);
  if (text === undefined) return undefined;
  try {
    const errors = errorsSchema.parse(JSON.parse(text));
    return errors.step === run.stepsPlanned ? errors : undefined;
  } catch {
    return undefined;
  }
}
