import { mkdir, open, rename } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { StepResult } from './step-result.js';

const RESULTS = fileURLToPath(new URL('../../results', import.meta.url));

/** Writes a result under a name made of its date and settings; a file appears whole or not at all. */
export async function saveResult(result: StepResult, folder = RESULTS): Promise<string> {
  await mkdir(folder, { recursive: true });
  const { network, batch } = result.settings;
  const moment = result.date.slice(0, 19).replaceAll(':', '-');
  const path = join(folder, `${moment}-${result.benchmark}-${network}-batch-${batch}.json`);
  const temporary = `${path}.tmp`;
  const file = await open(temporary, 'w');
  try {
    await file.writeFile(`${JSON.stringify(result, undefined, 2)}\n`);
    await file.sync();
  } finally {
    await file.close();
  }
  await rename(temporary, path);
  return path;
}
