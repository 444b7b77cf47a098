import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { replaceFile } from '@resnet-ts/training';
import { z } from 'zod';
import type { BrokenImage } from './training-data.js';

const imagesSchema = z.array(z.object({ set: z.enum(['training', 'validation']), id: z.string(), reason: z.string() }));

/** Told one by one; the others are in the file. */
const MOST_TOLD = 3;

/**
 * Writes `broken-images.json` into a run folder, with what earlier sessions of the run found, and tells of it; nothing
 * where no image was broken.
 */
export async function reportBrokenImages(
  found: readonly BrokenImage[],
  { runFolder, note }: { readonly runFolder: string; readonly note: (line: string) => void },
): Promise<void> {
  const path = join(runFolder, 'broken-images.json');
  const all = [...(await readBefore(path)), ...found];
  const broken = [...new Map(all.map((image) => [`${image.set}/${image.id}`, image])).values()];
  if (broken.length === 0) return;
  await replaceFile(path, `${JSON.stringify(broken, null, 2)}\n`);
  for (const { set, id, reason } of broken.slice(0, MOST_TOLD)) note(`skipped ${id} (${set}): ${reason}`);
  note(`${broken.length} ${broken.length === 1 ? 'image' : 'images'} could not be decoded, all in ${path}`);
}

/** The file decides nothing: one that is missing or damaged is written anew. */
async function readBefore(path: string): Promise<readonly BrokenImage[]> {
  try {
    return imagesSchema.parse(JSON.parse(await readFile(path, 'utf8')));
  } catch {
    return [];
  }
}
