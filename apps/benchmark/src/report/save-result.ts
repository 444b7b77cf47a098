import { mkdir, open, rename } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { BenchmarkResult } from './result-schema.js';

const RESULTS = fileURLToPath(new URL('../../results', import.meta.url));

/** Writes a file whole or not at all, and its folder where there is none. */
export async function writeWhole(path: string, text: string): Promise<void> {
  await mkdir(dirname(path), { recursive: true });
  const temporary = `${path}.tmp`;
  const file = await open(temporary, 'w');
  try {
    await file.writeFile(text);
    await file.sync();
  } finally {
    await file.close();
  }
  await rename(temporary, path);
}

/** Keeps a result under a name made of its date and what it is of. */
export async function saveResult(result: BenchmarkResult, folder = RESULTS): Promise<string> {
  const moment = result.date.slice(0, 19).replaceAll(':', '-');
  const { model, batch } = result.settings;
  const words = [moment, result.benchmark, model, batch === undefined ? undefined : `batch-${batch}`];
  const path = join(folder, `${words.filter((word) => word !== undefined).join('-')}.json`);
  await writeWhole(path, `${JSON.stringify(result, undefined, 2)}\n`);
  return path;
}
