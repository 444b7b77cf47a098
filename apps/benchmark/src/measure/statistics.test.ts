import { describe, expect, it } from 'vitest';
import { busyFraction } from './machine-load.js';
import { summarize } from './statistics.js';

describe('summarize', () => {
  it.each([
    [[3, 1, 2], { median: 2, lowest: 1, highest: 3 }],
    [[4, 1, 2, 3], { median: 2.5, lowest: 1, highest: 4 }],
    [[10, 9], { median: 9.5, lowest: 9, highest: 10 }],
    [[7], { median: 7, lowest: 7, highest: 7 }],
  ])('%j', (values, summary) => {
    expect(summarize(values)).toEqual(summary);
  });

  it('refuses nothing at all', () => {
    expect(() => summarize([])).toThrow(RangeError);
  });
});

describe('busyFraction', () => {
  it('is the share of all processor time between two readings', () => {
    expect(busyFraction({ busy: 100, idle: 100 }, { busy: 150, idle: 250 })).toBe(0.25);
    expect(busyFraction({ busy: 1, idle: 1 }, { busy: 1, idle: 1 })).toBe(0);
  });
});
