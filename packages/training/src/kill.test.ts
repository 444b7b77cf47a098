import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { createCounterRandom } from '@resnet-ts/tensor-ops';
import { expect, test } from 'vitest';
import { folderBytes } from './__fixtures__/folder-bytes.js';
import { temporaryFolder } from './__fixtures__/temporary-folder.js';
import { latestCheckpoint, readMetrics, withoutTiming } from './index.js';

/** Trains in another process and, where `killAt` is given, ends it with SIGKILL as it reports that step. */
async function trainInChild(runFolder: string, killAt?: number): Promise<NodeJS.Signals | number | null> {
  const script = fileURLToPath(new URL('./__fixtures__/train-child.ts', import.meta.url));
  const child = spawn(process.execPath, ['--conditions=@resnet-ts/source', '--import', 'tsx', script, runFolder], {
    cwd: fileURLToPath(new URL('..', import.meta.url)),
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const closed = once(child, 'close');
  for await (const line of createInterface(child.stdout)) {
    if (line === `step ${killAt}`) child.kill('SIGKILL');
  }
  await closed;
  return child.signalCode ?? child.exitCode;
}

test('kill -9 and resume, three times over, ends in the bytes of the run that was left alone', async () => {
  const root = temporaryFolder();
  const random = createCounterRandom({ seed: 11, purpose: 'kill-test' });
  const whole = join(root, 'whole');
  const killed = join(root, 'killed');
  expect(await trainInChild(whole)).toBe(0);
  for (const third of [0, 1, 2]) {
    expect(await trainInChild(killed, 100 * third + 1 + random.integer(90, third))).toBe('SIGKILL');
    expect(existsSync(join(killed, 'train.lock'))).toBe(true);
  }
  expect(await trainInChild(killed)).toBe(0);
  const final = async (runFolder: string) => folderBytes((await latestCheckpoint(runFolder)) ?? '');
  expect(await final(killed)).toEqual(await final(whole));
  const metrics = async (runFolder: string) => (await readMetrics(runFolder)).map(withoutTiming);
  expect(await metrics(killed)).toEqual(await metrics(whole));
});
