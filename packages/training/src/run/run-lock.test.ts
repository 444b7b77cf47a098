import { existsSync, readdirSync, writeFileSync } from 'node:fs';
import { hostname } from 'node:os';
import { join } from 'node:path';
import * as tf from '@tensorflow/tfjs-core';
import '@tensorflow/tfjs-backend-cpu';
import { describe, expect, test } from 'vitest';
import { leaveAbandonedLock } from '../__fixtures__/abandoned-lock.js';
import { temporaryFolder } from '../__fixtures__/temporary-folder.js';
import { tinyBatches } from '../__fixtures__/tiny-batches.js';
import { tinyNetwork } from '../__fixtures__/tiny-network.js';
import { tinyRecipe } from '../__fixtures__/tiny-recipe.js';
import { train } from '../train.js';
import { lockRunFolder, RunLockedError } from './run-lock.js';

function leaveLock(folder: string, lock: unknown): void {
  writeFileSync(join(folder, 'train.lock'), typeof lock === 'string' ? lock : JSON.stringify(lock));
}

describe('a run folder', () => {
  test('is held by one at a time, and free again afterwards', () => {
    const folder = temporaryFolder();
    const unlock = lockRunFolder(folder);
    expect(() => lockRunFolder(folder)).toThrow(RunLockedError);
    expect(() => lockRunFolder(folder)).toThrow(new RegExp(`process ${process.pid} is training in this run folder`));
    unlock();
    lockRunFolder(folder)();
    expect(readdirSync(folder)).toEqual([]);
  });

  test('of a process that is gone is taken over', () => {
    const folder = temporaryFolder();
    leaveAbandonedLock(folder);
    lockRunFolder(folder)();
    expect(readdirSync(folder)).toEqual([]);
  });

  test.skipIf(process.platform !== 'linux')('of an earlier process with the same id is taken over', () => {
    const folder = temporaryFolder();
    leaveLock(folder, { pid: process.pid, host: hostname(), started: '1' });
    lockRunFolder(folder)();
    expect(existsSync(join(folder, 'train.lock'))).toBe(false);
  });

  test('with a lock cut short by a power failure is taken over', () => {
    const folder = temporaryFolder();
    leaveLock(folder, '{"pid": 1');
    expect(() => lockRunFolder(folder)()).not.toThrow();
  });

  test('of another machine is left alone, with the remedy', () => {
    const folder = temporaryFolder();
    leaveLock(folder, { pid: 1, host: 'elsewhere', started: null });
    expect(() => lockRunFolder(folder)).toThrow(
      /process 1 on elsewhere .* remove .*train.lock if that process is gone/,
    );
    expect(readdirSync(folder)).toEqual(['train.lock']);
  });
});

test('training is refused in a folder in which it is going on, and goes on there', async () => {
  await tf.setBackend('cpu');
  const run = {
    network: tinyNetwork,
    recipe: tinyRecipe(),
    batches: tinyBatches(),
    runFolder: join(temporaryFolder(), 'run'),
  };
  const onStep = async ({ step }: { step: number }) => {
    if (step === 5)
      await expect(train({ ...run, resume: 'latest' })).rejects.toMatchObject({
        code: 'ERR_RUN_LOCKED',
        pid: process.pid,
      });
  };
  await expect(train({ ...run, callbacks: { onStep } })).resolves.toMatchObject({ stopped: 'finished' });
});
