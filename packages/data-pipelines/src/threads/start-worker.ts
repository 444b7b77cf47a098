import { createRequire } from 'node:module';
import { fileURLToPath } from 'node:url';
import { Worker, type WorkerOptions } from 'node:worker_threads';

/**
 * Starts a worker thread on a module of this package, given by its address without extension.
 *
 * Built, that is a plain module. From sources (tests, the workspace's own apps) it is TypeScript, which Node 20 cannot
 * load: then it is required through tsx, a development dependency. tsx's other way, `--import tsx`, does nothing in a
 * worker of Node 20.20 when the main thread was started with it too.
 */
export function startWorker(module: URL, options: WorkerOptions): Worker {
  if (!import.meta.url.endsWith('.ts')) return new Worker(new URL(`${module.href}.js`), options);
  const tsx = createRequire(import.meta.url).resolve('tsx/cjs');
  const path = fileURLToPath(`${module.href}.ts`);
  return new Worker(`require(${JSON.stringify(tsx)}); require(${JSON.stringify(path)});`, { ...options, eval: true });
}
