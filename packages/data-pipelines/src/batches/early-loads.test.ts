import { expect, it } from 'vitest';
import type { PlainBatch } from './batch-stream.js';
import { createEarlyLoads } from './early-loads.js';

function counted() {
  const loaded: string[] = [];
  const early = createEarlyLoads((epoch) => (batch) => {
    loaded.push(`${epoch}/${batch}`);
    const labels = Int32Array.of(epoch, batch);
    return Promise.resolve<PlainBatch>({ pixels: new Float32Array(0), labels });
  });
  return { loaded, early };
}

it('hands over what was begun early, each batch once', async () => {
  const { loaded, early } = counted();
  early.begin(3, 1);
  early.begin(3, 2);
  expect(loaded).toEqual(['3/0', '3/1']);
  const load = early.loadsOf(3);
  expect([...(await load(1)).labels]).toEqual([3, 1]);
  expect([...(await load(0)).labels]).toEqual([3, 0]);
  expect(loaded).toEqual(['3/0', '3/1']);
  await load(2);
  await load(0);
  expect(loaded).toEqual(['3/0', '3/1', '3/2', '3/0']);
});

it('gives up what belongs to another epoch', async () => {
  const { loaded, early } = counted();
  early.begin(1, 1);
  expect([...(await early.loadsOf(7)(0)).labels]).toEqual([7, 0]);
  await early.loadsOf(1)(0);
  expect(loaded).toEqual(['1/0', '7/0', '1/0']);
});

it('leaves an error to whoever takes the batch', async () => {
  const early = createEarlyLoads(() => () => Promise.reject(new Error('broken')));
  early.begin(1, 1);
  await Promise.resolve();
  await expect(early.loadsOf(1)(0)).rejects.toThrow('broken');
});
