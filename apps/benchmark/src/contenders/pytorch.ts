import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { BenchmarkError, exitCodes } from '../exit-codes.js';
import type { StepSettings } from '../step-settings.js';
import type { ContenderCommand } from './contender-process.js';

/** The version that the figures of this repository were taken against. */
const PYTORCH_VERSION = '2.13.0';

/**
 * Checks that a Python can import PyTorch, and gives its version.
 *
 * @throws BenchmarkError (exit status 4) with the command that installs it
 */
export function requirePyTorch(python: string): string {
  const found = spawnSync(python, ['-c', 'import numpy, torch; print(torch.__version__)'], { encoding: 'utf8' });
  if (found.error !== undefined) {
    throw missing(python, `${python} cannot be run (${found.error.message})`);
  }
  if (found.status !== 0) throw missing(python, `${python} has no PyTorch`);
  return found.stdout.trim();
}

function missing(python: string, reason: string): BenchmarkError {
  const remedy = `get it with: ${python} -m pip install torch==${PYTORCH_VERSION} numpy; or name another with --python PATH`;
  return new BenchmarkError(exitCodes.peerMissing, `${reason}; ${remedy}`);
}

/**
 * PyTorch's step in one of its two memory formats. glibc gives large blocks back to the system at every step and takes
 * them again page by page; told not to, PyTorch 2.13 trains two to four times faster, and that is its best setting.
 */
export function pytorchCommand(python: string, settings: StepSettings, channelsLast: boolean): ContenderCommand {
  const script = fileURLToPath(new URL('../../python/pytorch_step.py', import.meta.url));
  return {
    name: `PyTorch ${channelsLast ? 'channels-last' : 'contiguous'}`,
    file: python,
    arguments: ['-W', 'ignore', script, JSON.stringify({ ...settings, channelsLast })],
    environment: {
      MALLOC_MMAP_MAX_: '0',
      MALLOC_TRIM_THRESHOLD_: '17179869184',
      OMP_NUM_THREADS: String(settings.threads),
    },
  };
}
