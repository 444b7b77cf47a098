/** Runs the command `resnet` of this checkout as a child process, for the acceptance programs of this folder. */
import { spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('../..', import.meta.url));

/**
 * Starts `resnet` with these arguments.
 *
 * @param {string[]} args
 * @returns {{ child: import('node:child_process').ChildProcess, ended: Promise<{ code: number | null, signal: string | null, stdout: string, stderr: string }> }}
 */
export function startResnet(args) {
  const child = spawn(
    process.execPath,
    ['--conditions=@resnet-ts/source', '--import', 'tsx', 'apps/cli/src/main.ts', ...args],
    { cwd: root, stdio: ['ignore', 'pipe', 'pipe'] },
  );
  let stdout = '';
  let stderr = '';
  child.stdout.on('data', (text) => (stdout += text));
  child.stderr.on('data', (text) => (stderr += text));
  const ended = new Promise((resolve, reject) => {
    child.once('error', reject);
    child.once('close', (code, signal) => resolve({ code, signal, stdout, stderr }));
  });
  return { child, ended };
}

/** Runs `resnet` to its end; throws with its output when it fails. */
export async function runResnet(args) {
  const result = await startResnet(args).ended;
  if (result.code !== 0)
    throw new Error(`resnet ${args.join(' ')} ended with ${result.code}\n${result.stdout}${result.stderr}`);
  return result;
}
