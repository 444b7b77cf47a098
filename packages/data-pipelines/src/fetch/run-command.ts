import { DataError, expected } from '@resnet-ts/tensor-ops';
import { type ChildProcess, spawn } from 'node:child_process';

/** The most of a command's output that is kept; a registry's answer about one package has under 10 kB. */
const KEPT_OUTPUT = 2 ** 16;

export interface RunCommandOptions {
  readonly cwd?: string;
  readonly signal: AbortSignal;
  /** Milliseconds after which the command is ended. */
  readonly timeout?: number;
  /** What messages call the program. Default: `command`. */
  readonly title?: string;
}

/**
 * Runs a program without a shell and waits for it.
 *
 * @returns its standard output (the first 64 KiB).
 * @throws DataError when it cannot be started, runs too long or fails, with the end of what it said.
 */
export async function runCommand(
  command: string,
  parameters: readonly string[],
  options: RunCommandOptions,
): Promise<string> {
  let output = '';
  for await (const chunk of outputInChunks(command, parameters, options)) {
    if (output.length < KEPT_OUTPUT) output += Buffer.from(chunk).toString('utf8');
  }
  return output;
}

/** Runs a program without a shell and yields its standard output as it comes; throws as `runCommand` does. */
export async function* outputInChunks(
  command: string,
  parameters: readonly string[],
  { cwd, signal, timeout, title = command }: RunCommandOptions,
): AsyncGenerator<Uint8Array> {
  const limit = timeout === undefined ? [] : [AbortSignal.timeout(timeout)];
  const child = spawn(command, parameters, {
    stdio: ['ignore', 'pipe', 'pipe'],
    signal: AbortSignal.any([signal, ...limit]),
    ...(cwd === undefined ? {} : { cwd }),
  });
  let complaint = '';
  child.stderr.on('data', (chunk: Buffer) => {
    // Its beginning: npm and apt say the reason first and general advice after it.
    if (complaint.length < 2000) complaint += chunk.toString('utf8');
  });
  const ended = ending(child);
  ended.catch(() => undefined);
  try {
    for await (const chunk of child.stdout) yield chunk as Uint8Array;
    const code = await ended;
    if (code === 0) return;
    const said = complaint.trim().split('\n').slice(0, 4).join(' ') || 'nothing';
    throw new DataError(title, expected('exit code 0', 'the program', code, `it said: ${said}`));
  } catch (cause) {
    signal.throwIfAborted();
    if (cause instanceof DataError) throw cause;
    throw new DataError(title, failureOf(title, cause, timeout), { cause });
  } finally {
    child.kill();
  }
}

function ending(child: ChildProcess): Promise<string | number> {
  return new Promise((resolve, reject) => {
    child.once('error', reject);
    child.once('close', (code, signal) => resolve(code ?? signal ?? 'unknown'));
  });
}

function failureOf(command: string, cause: unknown, timeout: number | undefined): string {
  if (cause instanceof Error && 'code' in cause && cause.code === 'ENOENT') {
    return expected('a program that can be started', 'the command', 'none of that name', `install ${command}`);
  }
  if (cause instanceof Error && cause.name === 'AbortError') {
    return expected(`an end within ${timeout} ms`, 'the command', 'none');
  }
  return expected('a program that can be started', 'the command', String(cause));
}
