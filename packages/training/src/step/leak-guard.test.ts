import { expect, test } from 'vitest';
import { LeakGuard } from './leak-guard.js';

const counts = { tensors: 100, bytes: 4000, backendBytesInUse: 4096 };

test('a step may change nothing', () => {
  const guard = new LeakGuard();
  expect(() => guard.checkStep(0, counts, counts)).not.toThrow();
  expect(() => guard.checkStep(1, counts, { ...counts, tensors: 102, bytes: 4800 })).toThrow(
    /^step 1: expected 100 tensors \(4000 bytes\) after the step as before it, received 102 \(\+2 tensors, \+800 bytes, \+0 bytes of the backend\)/,
  );
  expect(() => guard.checkStep(1, counts, { ...counts, tensors: 99 })).toThrow(/-1 tensors/);
});

test('the backend’s bytes may move in the first two steps only', () => {
  const guard = new LeakGuard();
  const after = { ...counts, backendBytesInUse: 8192 };
  for (const step of [0, 1]) {
    guard.checkStep(step, counts, after);
    guard.checkBetween(step, counts);
  }
  expect(() => guard.checkStep(2, counts, after)).toThrow(/\+4096 bytes of the backend/);
});

test('between steps tensors may come and go within a loader’s queue, and not beyond it', () => {
  const guard = new LeakGuard();
  for (let step = 0; step < 500; step += 1) guard.checkBetween(step, { tensors: 100 + ((step * 7) % 60) });
  expect(() => guard.checkBetween(500, { tensors: 230 })).toThrow(/^step 500: expected at most \d+ tensors/);
});
