import { DataError, expected } from '@resnet-ts/tensor-ops';
import { readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { UnreadableImage } from '../images/unreadable-image.js';
import { readMatStructs } from './mat-file.js';
import { TAR_BLOCK, parseTarHeader } from './tar-header.js';

const TRUTH = 'data/ILSVRC2012_validation_ground_truth.txt';
const META = 'data/meta.mat';

/** Of the whole kit, unpacked: it has 6 MB. */
const MOST_BYTES = 2 ** 26;

/**
 * The synset of every validation image of ILSVRC2012, from its development kit: `data/ILSVRC2012_validation_ground_truth.txt`
 * has a number a line, `data/meta.mat` says which synset a number is.
 *
 * @param devkit `ILSVRC2012_devkit_t12.tar.gz`, or the folder that it unpacks to
 * @returns the synsets, the first for `ILSVRC2012_val_00000001.JPEG`
 * @throws DataError where a file is missing or damaged, or a number has no synset
 */
export async function readValidationSynsets(devkit: string): Promise<string[]> {
  try {
    const { truth, meta } = await readFiles(devkit);
    const synsets = new Map(readMatStructs(meta).map((row) => [row.get('ILSVRC2012_ID'), row.get('WNID')]));
    const lines = Buffer.from(truth)
      .toString('latin1')
      .split(/\s+/)
      .filter((line) => line !== '');
    return lines.map((line, index) => {
      const synset = synsets.get(Number(line));
      if (typeof synset === 'string') return synset;
      throw new UnreadableImage(`the number of a synset in line ${index + 1} of ${TRUTH}`, line.slice(0, 20));
    });
  } catch (cause) {
    const { wanted, received } =
      cause instanceof UnreadableImage
        ? cause
        : { wanted: 'a development kit that can be read', received: String(cause) };
    throw new DataError(devkit, expected(wanted, 'the development kit', received), { cause });
  }
}

async function readFiles(devkit: string): Promise<{ readonly truth: Uint8Array; readonly meta: Uint8Array }> {
  if ((await stat(devkit)).isDirectory()) {
    return { truth: await readFile(join(devkit, TRUTH)), meta: await readFile(join(devkit, META)) };
  }
  const archive = gunzipSync(await readFile(devkit), { maxOutputLength: MOST_BYTES });
  const members = new Map<string, Uint8Array>();
  for (let at = 0; at + TAR_BLOCK <= archive.length; ) {
    const header = parseTarHeader(archive.subarray(at, at + TAR_BLOCK));
    if (header === undefined) break;
    const start = at + TAR_BLOCK;
    const wanted = [TRUTH, META].find((name) => header.name.endsWith(`/${name}`));
    if (wanted !== undefined) members.set(wanted, archive.subarray(start, start + header.size));
    at = start + Math.ceil(header.size / TAR_BLOCK) * TAR_BLOCK;
  }
  const [truth, meta] = [members.get(TRUTH), members.get(META)];
  if (truth === undefined || meta === undefined)
    throw new UnreadableImage(`${TRUTH} and ${META}`, 'an archive without');
  return { truth, meta };
}
