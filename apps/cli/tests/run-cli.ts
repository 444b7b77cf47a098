import { spawn, type ChildProcess } from 'node:child_process';
import { createRequire } from 'node:module';
import { fileURLToPath, pathToFileURL } from 'node:url';

const main = fileURLToPath(new URL('../src/main.ts', import.meta.url));
const tsx = pathToFileURL(createRequire(import.meta.url).resolve('tsx')).href;

/** How a child process ended and what it wrote. */
export interface CliResult {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** A running `resnet` and the promise of its end. */
export interface RunningCli {
  readonly child: ChildProcess;
  readonly result: Promise<CliResult>;
  /** Resolves once stderr holds the text; rejects when the process ends without having written it. */
  stderrHolds(text: string): Promise<void>;
}

/** Where a child process runs, and variables added to its environment. */
export interface CliSurroundings {
  readonly cwd: string;
  readonly env?: Readonly<Record<string, string>>;
}

/** Starts `resnet` from its sources in a folder. RESNET_DATA and terminal settings of the caller do not reach it. */
export function startCli(args: readonly string[], { cwd, env }: CliSurroundings): RunningCli {
  const {
    RESNET_DATA: _data,
    RESNET_THREADS: _threads,
    RESNET_CONVOLUTION: _convolution,
    npm_lifecycle_event: _event,
    ...environment
  } = process.env;
  const child = spawn(process.execPath, ['--conditions=@resnet-ts/source', '--import', tsx, main, ...args], {
    cwd,
    env: { ...environment, NO_COLOR: '1', ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let stdout = '';
  let stderr = '';
  const listeners = new Set<() => void>();
  child.stdout.on('data', (chunk: Buffer) => {
    stdout += chunk.toString();
  });
  child.stderr.on('data', (chunk: Buffer) => {
    stderr += chunk.toString();
    for (const listener of listeners) listener();
  });
  const result = new Promise<CliResult>((resolve) => {
    child.on('close', (code, signal) => {
      resolve({ code, signal, stdout, stderr });
    });
  });
  const stderrHolds = (text: string) =>
    new Promise<void>((resolve, reject) => {
      const look = () => {
        if (stderr.includes(text)) resolve();
      };
      listeners.add(look);
      look();
      void result.then(() => {
        reject(new Error(`the process ended without writing ${JSON.stringify(text)}; it wrote ${stderr}`));
      });
    });
  return { child, result, stderrHolds };
}

/** Runs `resnet` to its end. */
export const runCli = (args: readonly string[], options: CliSurroundings): Promise<CliResult> =>
  startCli(args, options).result;
