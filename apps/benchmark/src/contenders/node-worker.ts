import { fileURLToPath } from 'node:url';
import type { ContenderCommand } from './contender-process.js';

/** Found from here, not from the folder that the command is run in. */
const TSX = import.meta.resolve('tsx');

/** The arguments of Node that run TypeScript sources of this workspace. */
export const SOURCES = ['--conditions=@resnet-ts/source', '--import', TSX] as const;

export interface NodeWorker {
  readonly name: string;
  /** A file under `workers`, without its extension. */
  readonly worker: string;
  readonly threads: number;
  /** Handed over as JSON. */
  readonly settings: object;
}

/** A contender that is a worker of this program, run from its source. */
export function nodeWorker({ name, worker, threads, settings }: NodeWorker): ContenderCommand {
  const file = fileURLToPath(new URL(`../workers/${worker}.ts`, import.meta.url));
  return {
    name,
    file: process.execPath,
    arguments: [...SOURCES, file, JSON.stringify(settings)],
    environment: { RESNET_THREADS: String(threads) },
  };
}
