import { formatResult } from '../report/format-result.js';
import { resultPage } from '../report/result-page.js';
import type { BenchmarkResult } from '../report/result-schema.js';
import { saveResult, writeWhole } from '../report/save-result.js';
import type { SharedFlags } from './shared-options.js';

/** Prints a result, and keeps it where asked to. `figures` come first in the JSON. */
export async function deliverResult(
  result: BenchmarkResult,
  { json, save, html }: Pick<SharedFlags, 'json' | 'save' | 'html'>,
  figures: object = {},
): Promise<void> {
  console.log(json ? JSON.stringify({ ...figures, ...result }, undefined, 2) : formatResult(result));
  if (html !== undefined) await writeWhole(html, resultPage(result));
  if (save) console.error(`kept in ${await saveResult(result)}`);
}
