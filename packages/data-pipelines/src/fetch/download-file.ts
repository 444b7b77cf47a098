import { DataError, expected } from '@resnet-ts/tensor-ops';
import { createHash } from 'node:crypto';
import { open, rename, rm } from 'node:fs/promises';
import { basename } from 'node:path';
import type { Checksum } from '../datasets/dataset-description.js';
import type { MirrorContext } from '../mirrors/mirror.js';
import { checkFreeSpace } from './check-free-space.js';
import { type PartialDownload, partialDownload } from './partial-download.js';
import { readFileInChunks } from './read-file-in-chunks.js';
import { createWatchdog, type Watchdog } from './watchdog.js';
import { writeError } from './write-error.js';

/** A download whose size nobody knows stops here: four times the largest archive of a known data set is 0.7 GB. */
const MAXIMUM_UNKNOWN_BYTES = 2 ** 31;
/** A cut-off download is taken up again at once this often, as long as each time brings some bytes. */
const RESUMES = 5;

export interface DownloadFileOptions
  extends Pick<MirrorContext, 'answerTimeout' | 'stallTimeout' | 'signal' | 'report'> {
  readonly url: string;
  /** Where the finished file goes; `.part` and `.part.json` lie beside it until then. */
  readonly path: string;
  readonly bytes?: number;
  readonly checksum?: Checksum;
}

/** The connection ended early: what came is kept and the rest can be asked for. */
class CutOffError extends DataError {}

/**
 * Downloads one file over HTTP. A download that was cut off, now or in an earlier run, is continued with a range
 * request when the server still has the same file; the finished file is checked and only then gets its name.
 *
 * @throws DataError naming the address, what was expected and what came.
 */
export async function downloadFile(options: DownloadFileOptions): Promise<void> {
  const partial = partialDownload(options.path);
  for (let resumes = 0; ; resumes += 1) {
    const before = await partial.size();
    try {
      await receive(partial, options);
      break;
    } catch (error) {
      options.signal.throwIfAborted();
      const progressed = (await partial.size()) > before;
      if (!(error instanceof CutOffError) || !progressed || resumes === RESUMES) throw writeError(options.path, error);
    }
  }
  await verify(partial, options);
  await rename(partial.path, options.path);
  await rm(`${partial.path}.json`, { force: true });
}

async function receive(partial: PartialDownload, options: DownloadFileOptions): Promise<void> {
  const { url, bytes, checksum, signal } = options;
  const record = await partial.record();
  // Without a validator only a published checksum can tell whether old and new bytes belong together.
  const usable = record?.url === url && (record.validator !== undefined || checksum !== undefined);
  if (!usable) await partial.discard();
  const have = await partial.size();
  if (have > 0 && have === bytes) return;
  if (bytes !== undefined && have > bytes) await partial.discard();
  options.report({ stage: 'asking', file: basename(options.path) });
  const watchdog = createWatchdog(signal);
  try {
    const response = await ask(await partial.size(), record?.validator, options, watchdog);
    await store(response, partial, options, watchdog);
  } finally {
    watchdog.stop();
  }
}

async function ask(
  from: number,
  validator: string | undefined,
  { url, answerTimeout, signal }: DownloadFileOptions,
  watchdog: Watchdog,
): Promise<Response> {
  const resume: Record<string, string> = from === 0 ? {} : { range: `bytes=${from}-` };
  if (from > 0 && validator !== undefined) resume['if-range'] = validator;
  watchdog.expectWithin(
    answerTimeout,
    new DataError(url, expected(`an answer within ${answerTimeout} ms`, 'the mirror', 'none')),
  );
  try {
    // Any content coding would make sizes and ranges mean something else.
    const headers = { 'accept-encoding': 'identity', ...resume };
    return await fetch(url, { headers, signal: watchdog.signal });
  } catch (cause) {
    signal.throwIfAborted();
    if (cause instanceof DataError) throw cause;
    throw new DataError(url, expected('an answer', 'the mirror', reasonOf(cause)), { cause });
  }
}

async function store(
  response: Response,
  partial: PartialDownload,
  options: DownloadFileOptions,
  watchdog: Watchdog,
): Promise<void> {
  const { url, path, stallTimeout, signal } = options;
  if (response.status === 416) {
    // What lies here is longer than the server's file: it cannot be its beginning.
    await partial.discard();
    throw new DataError(url, expected('the rest of the file', 'the answer', 'status 416', 'run again to start afresh'));
  }
  if (response.status !== 200 && response.status !== 206) {
    throw new DataError(url, expected('status 200', 'the answer', `status ${response.status}`));
  }
  const total = totalBytes(response);
  const from = response.status === 206 ? rangeStart(response) : 0;
  if (from !== (response.status === 206 ? await partial.size() : 0)) {
    throw new DataError(url, expected(`bytes from ${await partial.size()}`, 'the answer', `bytes from ${from}`));
  }
  if (options.bytes !== undefined && total !== undefined && total !== options.bytes) {
    throw new DataError(url, expected(`${options.bytes} bytes`, 'the file', `${total} bytes`));
  }
  const wanted = options.bytes ?? total;
  await checkFreeSpace(path, (wanted ?? 0) - from);
  if (from === 0) await partial.begin({ url, ...validatorOf(response) });
  const handle = await open(partial.path, from === 0 ? 'w' : 'a');
  let received = from;
  const stalled = new CutOffError(url, expected(`more bytes within ${stallTimeout} ms`, 'the download', 'none'));
  try {
    watchdog.expectWithin(stallTimeout, stalled);
    for await (const chunk of response.body ?? []) {
      watchdog.expectWithin(stallTimeout, stalled);
      received += chunk.length;
      if (received > (wanted ?? MAXIMUM_UNKNOWN_BYTES)) {
        await partial.discard();
        throw new DataError(url, expected(`${wanted ?? `at most ${MAXIMUM_UNKNOWN_BYTES}`} bytes`, 'the file', 'more'));
      }
      await handle.writeFile(chunk);
      options.report({
        stage: 'downloading',
        file: basename(path),
        receivedBytes: received,
        ...(wanted === undefined ? {} : { totalBytes: wanted }),
      });
    }
    await handle.sync();
  } catch (cause) {
    signal.throwIfAborted();
    if (cause instanceof DataError || writeError(path, cause) !== cause) throw cause;
    throw cutOff(url, received, wanted, cause);
  } finally {
    await handle.close();
  }
  if (wanted !== undefined && received < wanted) throw cutOff(url, received, wanted);
}

function cutOff(url: string, received: number, wanted: number | undefined, cause?: unknown): CutOffError {
  const message = expected(
    wanted === undefined ? 'the whole file' : `${wanted} bytes`,
    'the download',
    `${received} bytes and then the end of the connection`,
    'run again to resume',
  );
  return new CutOffError(url, message, { cause });
}

async function verify(partial: PartialDownload, options: DownloadFileOptions): Promise<void> {
  const { checksum, url, path, signal } = options;
  if (checksum === undefined) return;
  options.report({ stage: 'verifying', file: basename(path) });
  const hash = createHash(checksum.algorithm);
  for await (const chunk of readFileInChunks(partial.path, signal)) hash.update(chunk);
  const received = hash.digest('hex');
  if (received === checksum.hex) return;
  await partial.discard();
  const wanted = `${checksum.algorithm} ${checksum.hex}`;
  throw new DataError(url, expected(wanted, 'the file', `${checksum.algorithm} ${received}`, 'it was not used'));
}

/** Size of the whole file, from `Content-Range` of a part or `Content-Length` of the whole. */
function totalBytes(response: Response): number | undefined {
  const range = /^bytes \d+-\d+\/(\d+)$/.exec(response.headers.get('content-range') ?? '')?.[1];
  const text = response.status === 206 ? range : response.headers.get('content-length');
  return text === undefined || text === null ? undefined : Number(text);
}

function rangeStart(response: Response): number {
  return Number(/^bytes (\d+)-/.exec(response.headers.get('content-range') ?? '')?.[1] ?? -1);
}

/** Only a strong ETag or a date may be sent as `If-Range` (RFC 9110, section 13.1.5). */
function validatorOf(response: Response): { validator?: string } {
  const tag = response.headers.get('etag');
  const validator = tag !== null && !tag.startsWith('W/') ? tag : response.headers.get('last-modified');
  return validator === null ? {} : { validator };
}

/** `fetch` says only "fetch failed"; its cause knows the system's code. */
function reasonOf(error: unknown): string {
  const cause = error instanceof Error && error.cause instanceof Error ? error.cause : error;
  if (cause instanceof Error && 'code' in cause && typeof cause.code === 'string') return cause.code;
  return cause instanceof Error ? cause.message : String(cause);
}
