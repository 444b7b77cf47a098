import '@tensorflow/tfjs-backend-cpu';
import { memory, setBackend } from '@tensorflow/tfjs-core';
import { beforeAll, describe, expect, it } from 'vitest';
import { type PlainBatch, batchStream } from './batch-stream.js';

const shape = [1, 1, 1] as const;
const one = (): PlainBatch => ({ pixels: new Float32Array(1), labels: new Int32Array(1) });

beforeAll(() => setBackend('cpu'));

describe('batchStream', () => {
  it('has asked for the batches after the one it hands out, so that they are made while it is used', async () => {
    const asked: number[] = [];
    const iterator = await batchStream({
      ...{ shape, firstBatch: 2, batches: 10, ahead: 3 },
      load(batch) {
        asked.push(batch);
        return Promise.resolve(one());
      },
    }).iterator();
    const seen: number[][] = [];
    for (;;) {
      const { value, done } = await iterator.next();
      if (done === true) break;
      value.images.dispose();
      value.labels.dispose();
      seen.push([...asked]);
    }
    expect(seen[0]).toEqual([2, 3, 4, 5]);
    expect(seen[1]).toEqual([2, 3, 4, 5, 6]);
    expect(seen.at(-1)).toEqual([2, 3, 4, 5, 6, 7, 8, 9]);
    expect(seen.length).toBe(8);
  });

  it('reports a failure with the batch it belongs to, and makes no tensor for it', async () => {
    const iterator = await batchStream({
      ...{ shape, firstBatch: 0, batches: 3, ahead: 2 },
      load: (batch) => (batch === 1 ? Promise.reject(new Error('lost')) : Promise.resolve(one())),
    }).iterator();
    const before = memory().numTensors;
    const { value } = await iterator.next();
    value.images.dispose();
    value.labels.dispose();
    await expect(iterator.next()).rejects.toThrow('lost');
    expect(memory().numTensors).toBe(before);
  });

  it('leaves out a batch without images', async () => {
    const iterator = await batchStream({
      ...{ shape, firstBatch: 0, batches: 3, ahead: 0 },
      load: (batch) => (batch === 1 ? { pixels: new Float32Array(0), labels: new Int32Array(0) } : one()),
    }).iterator();
    for (const done of [false, false, true]) {
      const result = await iterator.next();
      expect(result.done).toBe(done);
      result.value?.images.dispose();
      result.value?.labels.dispose();
    }
  });
});
