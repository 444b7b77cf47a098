import { fileURLToPath } from 'node:url';
import type { StepSettings } from '../step-settings.js';
import type { ContenderCommand } from './contender-process.js';

/** The training step of this repository on the native backend, from sources. */
export function oursCommand(settings: StepSettings): ContenderCommand {
  const worker = fileURLToPath(new URL('../workers/training-step-worker.ts', import.meta.url));
  return {
    name: 'resnet-ts',
    file: process.execPath,
    arguments: ['--conditions=@resnet-ts/source', '--import', 'tsx', worker, JSON.stringify(settings)],
    environment: { RESNET_THREADS: String(settings.threads) },
  };
}
