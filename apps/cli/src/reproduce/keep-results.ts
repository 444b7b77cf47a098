import { existsSync } from 'node:fs';
import { copyFile, mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { PROTOCOL_NAMES } from '../test-images/protocol-names.js';
import { ensembleFile, errorsFile } from './measure-errors.js';
import type { RunResult } from './run-result.js';

/** What is worth keeping of a run for good: a few hundred kilobytes. Weights are not. */
const SUMMARY_FILES = ['recipe.json', 'environment.json', 'metrics.jsonl', 'evaluation.json'];
/** What only some experiments leave in a run folder. */
const OPTIONAL_FILES = [
  'layer-responses.json',
  ...PROTOCOL_NAMES.flatMap((name) => [errorsFile(name), ensembleFile(name)]),
];

/** Copies the summaries of the finished runs into `<folder>/runs/<run>`. */
export async function keepSummaries(folder: string, results: readonly RunResult[]): Promise<void> {
  for (const { plan, runFolder } of results.filter(({ finished }) => finished)) {
    const target = join(folder, 'runs', plan.folder);
    await mkdir(target, { recursive: true });
    const optional = OPTIONAL_FILES.filter((file) => existsSync(join(runFolder, file)));
    for (const file of [...SUMMARY_FILES, ...optional]) await copyFile(join(runFolder, file), join(target, file));
  }
}
