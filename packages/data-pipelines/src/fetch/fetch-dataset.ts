import { DataError, expected } from '@resnet-ts/tensor-ops';
import { mkdir, readdir, rename, rm, rmdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { DatasetDescription } from '../datasets/dataset-description.js';
import { datasetInfo } from '../datasets/dataset-registry.js';
import type { FetchProgress, Mirror, MirrorContext } from '../mirrors/mirror.js';
import { readDatasetFile } from '../readers/dataset-file.js';
import { acquireLock } from './acquire-lock.js';
import { verifyDataset } from './verify-dataset.js';
import { isWriteFailure, writeError } from './write-error.js';

const LOCK = 'lock';

export interface FetchDatasetOptions {
  /** The data directory; the data set gets its own folder in it. Made if it is not there. */
  readonly directory: string;
  /** Asked in this order. Default: the data set's own list, the official archive first. */
  readonly mirrors?: readonly Mirror[];
  readonly onProgress?: (progress: FetchProgress) => void;
  readonly signal?: AbortSignal;
  /** Milliseconds in which a mirror must answer before the next is asked. Default 5000. */
  readonly answerTimeout?: number;
  /** Milliseconds without a byte after which a download counts as cut off. Default 30000. */
  readonly stallTimeout?: number;
}

export interface FetchResult {
  readonly name: string;
  /** The folder of the data set's files. */
  readonly folder: string;
  /** The mirror that served it; undefined when everything was there already. */
  readonly mirror: string | undefined;
  /** Mirrors that were left, and why. */
  readonly failures: readonly { readonly mirror: string; readonly reason: string }[];
}

/**
 * Makes sure that a data set is on disk, whole and as published: downloads it from the first mirror that has it unless
 * its files are there and verify. Files are checked in a staging folder and then renamed, so that nothing half-written
 * ever stands under a final name; downloads that were cut off are continued by the next call.
 *
 * @throws ArgumentError for an unknown data set.
 * @throws DataError when no mirror could serve it (with each one's reason), the disk is full or cannot be written, or
 *   another process is fetching the same data set.
 * @throws the signal's reason when aborted.
 * @example
 * const { folder } = await fetchDataset('cifar10', { directory: 'data', onProgress: console.log });
 */
export async function fetchDataset(
  dataset: string | DatasetDescription,
  options: FetchDatasetOptions,
): Promise<FetchResult> {
  const description = datasetInfo(dataset);
  const { directory, mirrors = description.mirrors, signal = new AbortController().signal } = options;
  const { name } = description;
  const folder = join(directory, description.folder);
  signal.throwIfAborted();
  const present = await verifyDataset(description, { directory });
  if (present.ok) return { name, folder, mirror: undefined, failures: [] };

  const staging = join(directory, `.fetch-${description.folder}`);
  const release = await prepare(staging);
  try {
    const result = await fromFirstMirror({ description, folder, staging, mirrors, signal }, options);
    await clean(staging, () => false);
    return result;
  } finally {
    // Downloads that were cut off stay, to be continued; then the folder is not empty and stays with them.
    await clean(staging, (entry) => entry.endsWith('.part') || entry.endsWith('.part.json'));
    await release();
    await rmdir(staging).catch(() => undefined);
  }
}

interface FetchJob extends Pick<MirrorContext, 'description' | 'staging' | 'signal'> {
  readonly folder: string;
  readonly mirrors: readonly Mirror[];
}

async function fromFirstMirror(job: FetchJob, options: FetchDatasetOptions): Promise<FetchResult> {
  const { name } = job.description;
  const failures: { mirror: string; reason: string }[] = [];
  for (const mirror of job.mirrors) {
    const report: MirrorContext['report'] = (progress) =>
      options.onProgress?.({ dataset: name, mirror: mirror.name, ...progress });
    try {
      await fromMirror(mirror, job, { ...options, report });
      return { name, folder: job.folder, mirror: mirror.name, failures };
    } catch (error) {
      job.signal.throwIfAborted();
      if (isWriteFailure(error)) throw error;
      const reason = error instanceof Error ? error.message : String(error);
      failures.push({ mirror: mirror.name, reason });
      report({ stage: 'failed', reason });
    }
  }
  const reasons = failures
    .map(({ mirror, reason }) => `\n  ${reason.startsWith(mirror) ? reason : `${mirror}: ${reason}`}`)
    .join('');
  const remedy = `check the network and run again, or put the files into ${job.folder} yourself${reasons}`;
  throw new DataError(name, expected(`one of ${failures.length} mirrors to serve it`, 'the data set', 'none', remedy));
}

/** Lets a mirror fill the staging folder, checks every file there, and only then moves them to their places. */
async function fromMirror(
  mirror: Mirror,
  { description, folder, staging, signal }: FetchJob,
  { answerTimeout = 5_000, stallTimeout = 30_000, report }: FetchDatasetOptions & Pick<MirrorContext, 'report'>,
): Promise<void> {
  const finished = join(staging, 'files');
  await mkdir(finished, { recursive: true });
  report({ stage: 'asking' });
  const filePath = (file: string): string => join(finished, file);
  await mirror.obtain({ description, staging, filePath, answerTimeout, stallTimeout, signal, report });
  for (const file of description.files) {
    signal.throwIfAborted();
    report({ stage: 'verifying', file: file.name });
    await readDatasetFile(finished, file, 'it was not used');
  }
  try {
    await mkdir(folder, { recursive: true });
    for (const file of description.files) await rename(filePath(file.name), join(folder, file.name));
  } catch (cause) {
    throw writeError(folder, cause);
  }
}

async function prepare(staging: string): Promise<() => Promise<void>> {
  try {
    await mkdir(staging, { recursive: true });
    return await acquireLock(join(staging, LOCK));
  } catch (cause) {
    throw writeError(staging, cause);
  }
}

/** Removes everything in the staging folder but the lock and what `keep` names. */
async function clean(staging: string, keep: (entry: string) => boolean): Promise<void> {
  for (const entry of await readdir(staging)) {
    if (entry !== LOCK && !keep(entry)) await rm(join(staging, entry), { recursive: true, force: true });
  }
}
