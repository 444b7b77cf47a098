import { DataError, expected } from '@resnet-ts/tensor-ops';
import { type FileHandle, open } from 'node:fs/promises';
import { basename, dirname } from 'node:path';
import { isImageName } from '../images/image-format.js';
import { readClassNames } from './class-names-file.js';
import type { ImageSource, RefusedImage } from './image-source.js';
import { type ImageEntry, listSource, sourceName } from './list-source.js';
import { listFiles } from './list-files.js';
import { readRange } from './read-location.js';
import { type TarFile, indexTar } from './tar-index.js';

export interface WebDatasetOptions {
  /** Default: those in `classes.json` beside the first shard, or else the numbers themselves, up to the largest found. */
  readonly classNames?: readonly string[];
}

/** Of a `.cls` or `.json` member: a number, or a small record. */
const MOST_LABEL_BYTES = 2 ** 16;

/**
 * WebDataset shards: tar archives in which the members of one sample share their name up to the first dot and stand
 * together: an image (`0001.jpg`) and its class, as text (`0001.cls`) or as the field `label` or `cls` of `0001.json`.
 * Nothing is unpacked. Samples without an image or without a class are passed over and listed.
 *
 * @param path a `.tar`, several in order, or a folder of them, which are read in the order of their names
 * @throws DataError where an archive is damaged, a class is no whole number, or no sample is left
 * @example
 * const train = await openWebDataset('shards/train');
 */
export async function openWebDataset(
  path: string | readonly string[],
  { classNames }: WebDatasetOptions = {},
): Promise<ImageSource> {
  const entries: ImageEntry[] = [];
  const passedOver: RefusedImage[] = [];
  const shards = await listFiles(path, '.tar');
  for (const shard of shards) {
    const index = await indexTar(shard);
    const name = basename(shard);
    for (const refused of index.passedOver) passedOver.push({ ...refused, id: `${name}/${refused.id}` });
    const handle = await open(shard, 'r');
    try {
      for (const [key, members] of groupByKey(index.files)) {
        const id = `${name}/${key}`;
        const image = members.find((member) => isImageName(member.name));
        const label = await readLabel(handle, { id, members });
        if (image === undefined) passedOver.push({ id, reason: 'a sample without an image' });
        else if (label === undefined) passedOver.push({ id, reason: 'a sample without a class' });
        else {
          const { offset, bytes } = image;
          entries.push({ id, label, location: { kind: 'range', path: shard, offset, bytes } });
        }
      }
    } finally {
      await handle.close();
    }
  }
  const names = classNames ?? (await readClassNames(dirname(shards[0] ?? '')));
  const last = entries.reduce((most, { label }) => Math.max(most, label), -1);
  const classes = names ?? Array.from({ length: last + 1 }, (_, label) => String(label));
  return listSource({ name: sourceName(path), classNames: classes, entries, passedOver });
}

/** Members by what stands before the first dot of their file name; the folder counts too. */
function groupByKey(files: readonly TarFile[]): Map<string, TarFile[]> {
  const groups = new Map<string, TarFile[]>();
  for (const file of files) {
    const key = /^((?:.*\/)?[^/.]+)\./.exec(file.name)?.[1] ?? file.name;
    const group = groups.get(key);
    if (group === undefined) groups.set(key, [file]);
    else group.push(file);
  }
  return groups;
}

async function readLabel(
  handle: FileHandle,
  { id, members }: { id: string; members: readonly TarFile[] },
): Promise<number | undefined> {
  const member =
    members.find(({ name }) => name.endsWith('.cls')) ?? members.find(({ name }) => name.endsWith('.json'));
  if (member === undefined) return undefined;
  if (member.bytes > MOST_LABEL_BYTES) {
    throw new DataError(id, expected(`at most ${MOST_LABEL_BYTES} bytes`, member.name, member.bytes));
  }
  const content = Buffer.from(await readRange(handle, member.offset, member.bytes)).toString('utf8');
  const written = member.name.endsWith('.cls') ? content.trim() : fieldOf(content, id);
  if (written === undefined) return undefined;
  // Upper bound: every class takes a name in memory.
  if (/^\d{1,6}$/.test(written)) return Number(written);
  throw new DataError(id, expected('a whole number from 0 to 999999', 'the class', written));
}

function fieldOf(content: string, id: string): string | undefined {
  let value: unknown;
  try {
    value = JSON.parse(content);
  } catch (cause) {
    throw new DataError(id, expected('JSON', 'the class', content), { cause });
  }
  if (typeof value !== 'object' || value === null) return undefined;
  for (const name of ['label', 'cls']) {
    const found: unknown = Reflect.get(value, name);
    if (found !== undefined) return String(found);
  }
  return undefined;
}
