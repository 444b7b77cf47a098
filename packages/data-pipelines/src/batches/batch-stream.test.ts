import '@tensorflow/tfjs-backend-cpu';
import { memory, setBackend } from '@tensorflow/tfjs-core';
import { beforeAll, describe, expect, it } from 'vitest';
import { syntheticSet } from '../__fixtures__/synthetic-set.js';
import { batchStream } from './batch-stream.js';

const set = syntheticSet(10, { height: 1, width: 1, channels: 1 });

beforeAll(() => setBackend('cpu'));

describe('batchStream', () => {
  it('has asked for the batches after the one it hands out, so that they are made while it is used', async () => {
    const asked: number[] = [];
    const iterator = await batchStream({
      ...{ set, firstBatch: 2, batches: 10, ahead: 3 },
      imagesOf: (batch) => Uint32Array.of(batch),
      pixelsOf(images) {
        asked.push(images[0] ?? NaN);
        return Promise.resolve(new Float32Array(1));
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
      ...{ set, firstBatch: 0, batches: 3, ahead: 2 },
      imagesOf: (batch) => Uint32Array.of(batch),
      pixelsOf: (images) =>
        images[0] === 1 ? Promise.reject(new Error('lost')) : Promise.resolve(new Float32Array(1)),
    }).iterator();
    const before = memory().numTensors;
    const { value } = await iterator.next();
    value.images.dispose();
    value.labels.dispose();
    await expect(iterator.next()).rejects.toThrow('lost');
    expect(memory().numTensors).toBe(before);
  });
});
