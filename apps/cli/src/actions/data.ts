import { existsSync } from 'node:fs';
import { join } from 'node:path';
import {
  archiveMirror,
  datasetInfo,
  datasetNames,
  fetchDataset,
  verifyDataset,
  type FetchProgress,
} from '@resnet-ts/data-pipelines';
import { ArgumentError, DataError, expected } from '@resnet-ts/tensor-ops';
import type { DataOptions } from '../commands/data.js';
import { findDataset } from '../datasets/find-dataset.js';
import { formatCount } from '../format.js';
import { listenForInterrupt } from '../interrupt.js';
import { createOutput } from '../output.js';
import { createFetchProgress } from '../progress/fetch-progress.js';
import { formatTable } from '../table.js';

function parseMirrorAddress(address: string): string {
  const protocol = URL.canParse(address) ? new URL(address).protocol : undefined;
  if (protocol === 'http:' || protocol === 'https:') return address;
  throw new ArgumentError(expected('an http or https address of a .tar or .tar.gz', '--mirror', address));
}

/** `resnet data fetch`: asks the mirrors in order until one serves every file as published. */
export async function fetchAction(name: string, { data, mirror = [], json = false }: DataOptions): Promise<void> {
  const output = createOutput(json);
  const dataset = datasetInfo(name);
  const mirrors = [...mirror.map((url) => archiveMirror({ url: parseMirrorAddress(url) })), ...dataset.mirrors];
  const interrupt = listenForInterrupt(() => {
    output.note('Stopping; what was downloaded is kept and the next fetch goes on from there.');
  });
  const progress = createFetchProgress(process.stderr);
  try {
    const result = await fetchDataset(dataset, {
      directory: data,
      mirrors,
      signal: interrupt.signal,
      onProgress: (update: FetchProgress) => {
        progress.update(update);
      },
    });
    progress.stop();
    output.result(result, () =>
      result.mirror === undefined
        ? `${dataset.title} is already in ${result.folder}, every file as published`
        : `${dataset.title} fetched from ${result.mirror} into ${result.folder}, every file as published`,
    );
  } catch (error) {
    const code = interrupt.exitCode();
    if (code !== undefined) process.exit(code);
    throw error;
  } finally {
    progress.stop();
    interrupt.close();
  }
}

/** `resnet data verify`: every file against its published size and sum. */
export async function verifyAction(name: string, { data, json = false }: DataOptions): Promise<void> {
  const dataset = await findDataset(name, data);
  const verification = await verifyDataset(dataset, { directory: data });
  createOutput(json).result(verification, () =>
    verification.files
      .map(({ path, status, expected: wanted, received }) =>
        status === 'ok'
          ? `ok       ${path}`
          : `${status.padEnd(8)} ${path}: expected ${wanted ?? ''}, found ${received ?? 'nothing'}`,
      )
      .join('\n'),
  );
  const wrong = verification.files.filter((file) => file.status !== 'ok');
  if (wrong.length === 0) return;
  const remedy = `run: resnet data fetch ${name}`;
  throw new DataError(
    verification.folder,
    `${wrong.length} of ${verification.files.length} files are not as published; ${remedy}`,
  );
}

/** `resnet data list`: the registry, and what of it is on disk. Looks at names only; `verify` looks at bytes. */
export function listAction({ data, json = false }: DataOptions): void {
  const sets = datasetNames().map((name) => {
    const { title, folder, height, width, channels, trainCount, testCount, classNames, files } = datasetInfo(name);
    const present = files.every(({ name: file }) =>
      [file, `${file}.gz`].some((entry) => existsSync(join(data, folder, entry))),
    );
    return {
      name,
      title,
      images: [height, width, channels],
      trainCount,
      testCount,
      classes: classNames.length,
      folder: join(data, folder),
      present,
    };
  });
  createOutput(json).result(sets, () =>
    formatTable(
      [
        { head: 'name' },
        { head: 'images' },
        { head: 'training', align: 'right' },
        { head: 'test', align: 'right' },
        { head: 'classes', align: 'right' },
        { head: 'here' },
      ],
      sets.map((set) => [
        set.name,
        set.images.join('×'),
        formatCount(set.trainCount),
        formatCount(set.testCount),
        String(set.classes),
        set.present ? set.folder : 'no',
      ]),
    ),
  );
}
