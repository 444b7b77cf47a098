import { blockSize, MemoryPool } from '@resnet-ts/backend-core';
import { expect, it } from 'vitest';
import { nativeSuite } from './__fixtures__/native-suite.js';
import { AddonMemory } from './addon-memory.js';
import { loadNative } from './load-addon.js';

it('rounds sizes up by at most an eighth, to multiples of 64 bytes', () => {
  for (let bytes = 1; bytes < 2 ** 34; bytes = Math.ceil(bytes * 1.37)) {
    const size = blockSize(bytes);
    expect(size).toBeGreaterThanOrEqual(bytes);
    expect(size).toBeLessThanOrEqual(Math.max(bytes * 1.125, bytes + 64));
    expect(size % 64).toBe(0);
    expect(blockSize(size)).toBe(size);
  }
});

it('gives back, trims and retries when the system has no more, and then says so', () => {
  let freed = 0;
  let left = 1;
  const addon = {
    allocate: (bytes: number) => (left-- > 0 ? { buffer: new ArrayBuffer(bytes), handle: {} as never } : null),
    free: () => void freed++,
    memoryHeld: () => ({ blocks: 0, scratch: 0 }),
  };
  const pool = new MemoryPool(new AddonMemory(addon));
  const first = pool.allocate(100);
  pool.retain(first);
  pool.release(first);
  expect(() => pool.allocate(1000)).toThrow(/expected 4096 bytes of memory.*use a smaller batch/);
  expect(freed).toBe(1);
});

nativeSuite('memory pool', () => {
  it('aligns to 64 bytes, reuses a block after its last user, and never before', () => {
    const pool = new MemoryPool(new AddonMemory(loadNative()));
    const first = pool.allocate(1000);
    pool.retain(first);
    pool.retain(first);
    pool.release(first);
    expect(pool.allocate(1000).buffer).not.toBe(first.buffer);
    pool.release(first);
    expect(pool.allocate(990).buffer).toBe(first.buffer);
  });

  it('frees really: a trimmed block is detached and no longer held', () => {
    const addon = loadNative();
    const pool = new MemoryPool(new AddonMemory(addon));
    const before = addon.memoryHeld().blocks;
    const large = pool.allocate(4 << 20);
    pool.retain(large);
    large.fill(1);
    expect(addon.memoryHeld().blocks - before).toBe(16 << 20);
    pool.release(large);
    expect(pool.statistics().free).toBe(16 << 20);
    pool.trim();
    expect(addon.memoryHeld().blocks).toBe(before);
    expect(large.length).toBe(0);
  });

  it('keeps no more than its cap, dropping the sizes unused for longest', () => {
    const pool = new MemoryPool(new AddonMemory(loadNative()), { maximumFree: 3000 });
    const [a, b, c] = [256, 384, 512].map((length) => pool.allocate(length));
    for (const values of [a, b, c]) pool.retain(values ?? new Float32Array(0));
    for (const values of [a, b, c]) pool.release(values ?? new Float32Array(0));
    expect(pool.statistics().free).toBe(2048);
    expect(pool.allocate(512).buffer).toBe(c?.buffer);
    expect([a?.length, b?.length]).toEqual([0, 0]);
  });

  it('leaves memory that is not its own alone', () => {
    const pool = new MemoryPool(new AddonMemory(loadNative()));
    const foreign = new Float32Array(16);
    pool.retain(foreign);
    pool.release(foreign);
    expect(pool.owns(foreign)).toBe(false);
  });
});
