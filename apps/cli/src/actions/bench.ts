import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { UnsupportedError } from '@resnet-ts/tensor-ops';
import { exitCodes, type ExitCode } from '../exit-codes.js';

/** Where the benchmark lies in the repository: beside this program, which users get without it. */
const BENCHMARK = fileURLToPath(new URL('../../../benchmark', import.meta.url));

const ENDING_SIGNALS = ['SIGINT', 'SIGTERM'] as const;

/**
 * `resnet bench`: hands over to the benchmark program of the repository. It is not published: it brings PyTorch's side
 * and other frameworks, which nobody who trains a network should have to install.
 *
 * @param folder where the benchmark is
 * @returns the benchmark's exit status; what 3 to 5 mean there, `resnet bench --help` says
 * @throws UnsupportedError where the benchmark is not there, with how to get it
 */
export async function benchAction(argv: readonly string[], folder = BENCHMARK): Promise<ExitCode> {
  const program = join(folder, 'src', 'main.ts');
  if (!existsSync(program)) {
    throw new UnsupportedError(
      'bench is part of the repository and not of the package: clone resnet-ts, run npm run quickstart there, then npm run resnet -- bench',
    );
  }
  // Both are found from the benchmark: the folder this was called in may be any.
  const tsx = pathToFileURL(createRequire(program).resolve('tsx')).href;
  const child = spawn(process.execPath, ['--conditions=@resnet-ts/source', '--import', tsx, program, ...argv], {
    stdio: 'inherit',
  });
  const forward = (signal: NodeJS.Signals): boolean => child.kill(signal);
  for (const signal of ENDING_SIGNALS) process.on(signal, forward);
  try {
    const status = await new Promise<number | null>((resolve, reject) => {
      child.once('error', reject);
      child.once('close', resolve);
    });
    return Object.values(exitCodes).find((code) => code === status) ?? exitCodes.failure;
  } finally {
    for (const signal of ENDING_SIGNALS) process.removeListener(signal, forward);
  }
}
