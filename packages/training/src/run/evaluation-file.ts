import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { DataError, expected } from '@resnet-ts/tensor-ops';
import { z } from 'zod';
import { replaceFile } from './atomic-write.js';

const count = z.number().int().min(0);
// JSON has no NaN: an undefined figure (the error of a class without images) is written as null and read back as NaN.
const figure = z
  .number()
  .nullable()
  .transform((value) => value ?? Number.NaN);

const evaluationSchema = z.object({
  examples: count,
  loss: figure,
  top1Error: figure,
  top5Error: figure.optional(),
  confusion: z.array(z.array(count)).optional(),
  perClassError: z.array(figure).optional(),
  classNames: z.array(z.string()).optional(),
  set: z.string().optional(),
  step: count.optional(),
});

/** What an evaluation found, as plain data. The report of the evaluation package fits; errors are fractions 0–1. */
export interface EvaluationSummary {
  readonly examples: number;
  readonly loss: number;
  readonly top1Error: number;
  readonly top5Error?: number | undefined;
  /** `confusion[actual][predicted]`, in images. */
  readonly confusion?: readonly (readonly number[])[] | undefined;
  /** NaN for a class without images. */
  readonly perClassError?: readonly number[] | undefined;
  readonly classNames?: readonly string[] | undefined;
  /** What was evaluated on, for people: `cifar10 test`. */
  readonly set?: string | undefined;
  /** Training steps done by the evaluated network. */
  readonly step?: number | undefined;
}

export function evaluationPath(runFolder: string): string {
  return join(runFolder, 'evaluation.json');
}

/** Writes `evaluation.json` into a run folder, replacing the one before as a whole. */
export async function writeEvaluation(runFolder: string, evaluation: EvaluationSummary): Promise<void> {
  await replaceFile(evaluationPath(runFolder), `${JSON.stringify(evaluation)}\n`);
}

/**
 * The evaluation of a run folder, or undefined where there is none.
 *
 * @throws DataError when the file is damaged
 */
export async function readEvaluation(runFolder: string): Promise<EvaluationSummary | undefined> {
  const path = evaluationPath(runFolder);
  let text: string;
  try {
    text = await readFile(path, 'utf8');
  } catch {
    return undefined;
  }
  try {
    return evaluationSchema.parse(JSON.parse(text));
  } catch (cause) {
    throw new DataError(path, expected('an evaluation as JSON', 'the file', text, 'evaluate the run again'), { cause });
  }
}
