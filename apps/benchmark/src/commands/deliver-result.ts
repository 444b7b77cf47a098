import { formatResult } from '../report/format-result.js';
import type { BenchmarkResult } from '../report/result-schema.js';
import { saveResult } from '../report/save-result.js';
import type { SharedFlags } from './shared-options.js';

/** Prints a result, and keeps it where asked to. `figures` come first in the JSON. */
export async function deliverResult(
  result: BenchmarkResult,
  { json, save }: Pick<SharedFlags, 'json' | 'save'>,
  figures: object = {},
): Promise<void> {
  console.log(json ? JSON.stringify({ ...figures, ...result }, undefined, 2) : formatResult(result));
  if (save) console.error(`kept in ${await saveResult(result)}`);
}
