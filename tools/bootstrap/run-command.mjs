import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';

export const root = fileURLToPath(new URL('../../', import.meta.url));

// Ctrl-C goes to the whole process group: the program that runs stops cleanly, and this one waits for it.
process.on('SIGINT', () => undefined);

/** Windows finds npx only through its shell. */
const shell = process.platform === 'win32';

/**
 * Runs a program in the workspace root with its output on the terminal. A failure ends this process with the same
 * exit status, after `remedy` was printed; a signal ends it with 128 plus the signal's number, as a shell would.
 */
export function runOrExit(command, args, { remedy, env } = {}) {
  const { status } = run(command, args, { env });
  if (status === 0) return;
  if (remedy !== undefined) console.error(remedy);
  process.exit(status);
}

/**
 * Runs a program in the workspace root and returns its exit status and, with `capture`, what it wrote to stdout.
 * stderr always goes to the terminal.
 */
export function run(command, args, { env, capture = false } = {}) {
  const result = spawnSync(command, args, {
    cwd: root,
    env: { ...process.env, ...env },
    stdio: ['inherit', capture ? 'pipe' : 'inherit', 'inherit'],
    encoding: 'utf8',
    shell: shell && command !== process.execPath,
  });
  if (result.error !== undefined) {
    console.error(`${command}: ${result.error.message}`);
    return { status: 127, stdout: '' };
  }
  const signals = { SIGINT: 130, SIGTERM: 143, SIGKILL: 137 };
  return { status: result.status ?? signals[result.signal] ?? 1, stdout: result.stdout ?? '' };
}

/** Arguments for `node` to run a TypeScript source of the workspace, unbuilt: what runs is always what is on disk. */
export const fromSource = ['--conditions=@resnet-ts/source', '--import', 'tsx'];
