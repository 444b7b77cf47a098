import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import type { ContenderCommand } from './contender-process.js';

/** The versions that the figures of this repository were taken against. */
const INSTALL = 'torch==2.13.0 torchvision==0.28.0 Pillow==13.0.0';

export const TORCHVISION = 'Pillow + torchvision';

/** Nothing where a Python can import torchvision and Pillow; otherwise one line that says how to get them. */
export function missingTorchvision(python: string): string | undefined {
  const found = spawnSync(python, ['-c', 'import PIL, torchvision'], { encoding: 'utf8' });
  if (found.error === undefined && found.status === 0) return undefined;
  const reason =
    found.error === undefined ? `${python} has no torchvision` : `${python} cannot be run (${found.error.message})`;
  return `${reason}; get it with: ${python} -m pip install ${INSTALL}; or name another with --python PATH`;
}

/** The data loader of PyTorch over an image folder, with as many worker processes as ours has threads to decode. */
export function torchvisionWorker(python: string, settings: object): ContenderCommand {
  const file = fileURLToPath(new URL('../../python/torchvision_images.py', import.meta.url));
  return {
    name: TORCHVISION,
    file: python,
    arguments: ['-W', 'ignore', file, JSON.stringify(settings)],
    // As for PyTorch's other contenders, see pytorch.ts.
    environment: { MALLOC_MMAP_MAX_: '0', MALLOC_TRIM_THRESHOLD_: '17179869184', OMP_NUM_THREADS: '1' },
  };
}
