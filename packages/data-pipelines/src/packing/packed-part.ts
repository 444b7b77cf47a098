import { readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import type { RefusedImage } from '../sources/image-source.js';

/** What became of the images of one part. */
export interface PackedPart {
  /** Whole ones that have their own bytes. */
  readonly kept: number;
  /** Whole ones that were encoded anew at their own size: grey, CMYK, turned, PNG, WebP. */
  readonly converted: number;
  /** Whole ones that were scaled down. */
  readonly scaled: number;
  /** Of the images that are there. */
  readonly bytes: number;
  readonly broken: readonly RefusedImage[];
}

const COUNTS = ['kept', 'converted', 'scaled', 'bytes'] as const;

/** Shards taken together. */
export function sumOfParts(parts: readonly PackedPart[]): PackedPart {
  const sum = { kept: 0, converted: 0, scaled: 0, bytes: 0 };
  for (const part of parts) for (const count of COUNTS) sum[count] += part[count];
  return { ...sum, broken: parts.flatMap(({ broken }) => broken) };
}

/** What a shard holds that is there whole, by its report, which is written after it; undefined where it is to be packed. */
export async function readPackedShard(folder: string, name: string): Promise<PackedPart | undefined> {
  const there = await stat(join(folder, `${name}.tar`)).then(
    (found) => found.isFile(),
    () => false,
  );
  const text = await readFile(join(folder, `${name}.json`), 'utf8').catch(() => '');
  if (!there) return undefined;
  try {
    const part: unknown = JSON.parse(text);
    return isPackedPart(part) ? part : undefined;
  } catch {
    return undefined;
  }
}

function isPackedPart(value: unknown): value is PackedPart {
  if (typeof value !== 'object' || value === null) return false;
  const fields = new Map(Object.entries(value));
  return COUNTS.every((count) => Number.isSafeInteger(fields.get(count))) && Array.isArray(fields.get('broken'));
}
