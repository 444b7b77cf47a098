import { copyFile, mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { RunResult } from './run-result.js';

/** What is worth keeping of a run for good: a few hundred kilobytes. Weights are not. */
const SUMMARY_FILES = ['recipe.json', 'environment.json', 'metrics.jsonl', 'evaluation.json'];

/** Copies the summaries of the finished runs into `<folder>/runs/<run>`. */
export async function keepSummaries(folder: string, results: readonly RunResult[]): Promise<void> {
  for (const { plan, runFolder } of results.filter(({ finished }) => finished)) {
    const target = join(folder, 'runs', plan.folder);
    await mkdir(target, { recursive: true });
    for (const file of SUMMARY_FILES) await copyFile(join(runFolder, file), join(target, file));
  }
}
