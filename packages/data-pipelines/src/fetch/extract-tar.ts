import { DataError, expected, isResidualError } from '@resnet-ts/tensor-ops';
import { once } from 'node:events';
import type { Parser, ReadEntry } from 'tar';
import { writeFileAtomically } from './write-file-atomically.js';

/** A file that is wanted from an archive. */
export interface TarMember {
  /** Its exact name inside the archive. */
  readonly name: string;
  /** Sizes that are allowed, inclusive. */
  readonly bytes: { readonly minimum: number; readonly maximum: number };
  /** Where it goes. */
  readonly path: string;
}

export interface ExtractTarOptions {
  /** The archive's name, for messages. */
  readonly source: string;
  readonly members: readonly TarMember[];
  readonly signal: AbortSignal;
}

/**
 * Takes the wanted members out of a tar archive, plain or gzipped. The archive is untrusted: only exact names that were
 * asked for are written, each to the path its caller chose, so no name in the archive can point anywhere; links and
 * other kinds are refused and sizes are checked before a byte is written.
 *
 * @throws DataError when a member is missing, of another kind or size, or the archive is cut short.
 */
export async function extractTar(archive: AsyncIterable<Uint8Array>, options: ExtractTarOptions): Promise<void> {
  const { source, members, signal } = options;
  // Here, because a program whose data is on disk need not load it.
  const { Parser } = await import('tar');
  const found = new Map<string, Promise<void>>();
  const entries: ReadEntry[] = [];
  const parser = new Parser({
    strict: true,
    onReadEntry: (entry) => {
      const member = members.find((candidate) => candidate.name === entry.path);
      if (member === undefined || found.has(member.name)) return void entry.resume();
      entry.on('error', () => undefined);
      entries.push(entry);
      const written = writeMember(source, member, entry);
      // Awaited at the end; until then a failure must not count as unhandled, and it stops the parser at once.
      written.catch((error: unknown) => parser.abort(error instanceof Error ? error : new Error(String(error))));
      found.set(member.name, written);
    },
  });
  try {
    await feed(parser, archive, signal);
  } catch (cause) {
    // The parser does not end the member it was in, and whoever reads that would wait for ever.
    for (const entry of entries) entry.destroy(new Error('the archive ends within this member'));
    const results = await Promise.allSettled(found.values());
    signal.throwIfAborted();
    const failure = results.find((result) => result.status === 'rejected' && isResidualError(result.reason));
    if (failure?.status === 'rejected') throw failure.reason;
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw new DataError(source, expected('a whole tar archive', 'the archive', reason), { cause });
  }
  await Promise.all(found.values());
  const missing = members.find((member) => !found.has(member.name));
  if (missing !== undefined) {
    throw new DataError(source, expected(missing.name, 'a member of the archive', 'none of that name'));
  }
}

async function feed(parser: Parser, archive: AsyncIterable<Uint8Array>, signal: AbortSignal): Promise<void> {
  const stop = new AbortController();
  // A second error, after the one that is awaited below, must not count as unhandled.
  parser.on('error', () => undefined);
  const ended = once(parser, 'end', { signal: stop.signal });
  ended.catch(() => undefined);
  try {
    for await (const chunk of archive) {
      signal.throwIfAborted();
      if (!parser.write(chunk)) await Promise.race([once(parser, 'drain', { signal: stop.signal }), ended]);
    }
    parser.end();
    await ended;
  } finally {
    stop.abort();
  }
}

async function writeMember(source: string, member: TarMember, entry: ReadEntry): Promise<void> {
  const { minimum, maximum } = member.bytes;
  if (entry.type !== 'File' && entry.type !== 'OldFile') {
    entry.resume();
    throw new DataError(source, expected('a file', `the member ${member.name}`, entry.type));
  }
  if (entry.size < minimum || entry.size > maximum) {
    entry.resume();
    const wanted = minimum === maximum ? `${minimum} bytes` : `${minimum} to ${maximum} bytes`;
    throw new DataError(source, expected(wanted, `the member ${member.name}`, `${entry.size} bytes`));
  }
  await writeFileAtomically(member.path, whole(source, member, entry));
}

/** The bytes of a member, all of them: a stream that was ended early looks like one that came to its end. */
async function* whole(source: string, member: TarMember, entry: ReadEntry): AsyncGenerator<Uint8Array> {
  let received = 0;
  for await (const chunk of entry) {
    received += chunk.length;
    yield chunk;
  }
  if (received !== entry.size) {
    throw new DataError(source, expected(`${entry.size} bytes`, `the member ${member.name}`, `${received} bytes`));
  }
}
