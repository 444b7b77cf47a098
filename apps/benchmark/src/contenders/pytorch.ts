import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import type { ContenderCommand } from './contender-process.js';

/** The version that the figures of this repository were taken against. */
const PYTORCH_VERSION = '2.13.0';

/** How PyTorch is told to compute. */
export interface PyTorchVariant {
  readonly channelsLast: boolean;
  /** Autocast. */
  readonly bfloat16: boolean;
  /** `torch.compile` with its default inductor, which needs a C++ compiler. */
  readonly compiled: boolean;
}

/** Nothing where a Python can import PyTorch; otherwise one line that says how to get it. */
export function missingPyTorch(python: string): string | undefined {
  const found = spawnSync(python, ['-c', 'import numpy, torch'], { encoding: 'utf8' });
  if (found.error === undefined && found.status === 0) return undefined;
  const reason =
    found.error === undefined ? `${python} has no PyTorch` : `${python} cannot be run (${found.error.message})`;
  return `${reason}; get it with: ${python} -m pip install torch==${PYTORCH_VERSION} numpy; or name another with --python PATH`;
}

/** `PyTorch float32 channels-last`, `PyTorch bfloat16 contiguous compiled`. */
export function pytorchName({ channelsLast, bfloat16, compiled }: PyTorchVariant): string {
  const words = [bfloat16 ? 'bfloat16' : 'float32', channelsLast ? 'channels-last' : 'contiguous'];
  return ['PyTorch', ...words, ...(compiled ? ['compiled'] : [])].join(' ');
}

export interface PyTorchWorker {
  readonly python: string;
  /** A file under `python`, without its extension. */
  readonly script: string;
  readonly variant: PyTorchVariant;
  readonly threads: number;
  readonly settings: object;
}

/**
 * A script of PyTorch in one of its variants. glibc gives large blocks back to the system at every step and takes them
 * again page by page; told not to, PyTorch 2.13 trains two to four times faster, and that is its best setting.
 */
export function pytorchWorker({ python, script, variant, threads, settings }: PyTorchWorker): ContenderCommand {
  const file = fileURLToPath(new URL(`../../python/${script}.py`, import.meta.url));
  return {
    name: pytorchName(variant),
    file: python,
    arguments: ['-W', 'ignore', file, JSON.stringify({ ...settings, ...variant })],
    environment: {
      MALLOC_MMAP_MAX_: '0',
      MALLOC_TRIM_THRESHOLD_: '17179869184',
      OMP_NUM_THREADS: String(threads),
    },
  };
}
