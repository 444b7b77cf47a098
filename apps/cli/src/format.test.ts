import { describe, expect, it } from 'vitest';
import { formatBytes, formatCount, formatDuration, formatPercent } from './format.js';

describe('format', () => {
  it.each([
    [0, '0:00'],
    [59.6, '1:00'],
    [3599, '59:59'],
    [3723, '1:02:03'],
    [Number.NaN, '-:--'],
    [Infinity, '-:--'],
  ])('duration of %d s', (seconds, text) => {
    expect(formatDuration(seconds)).toBe(text);
  });

  it('percentages, bytes and counts', () => {
    expect(formatPercent(0.18349)).toBe('18.3 %');
    expect(formatBytes(312 * 2 ** 20)).toBe('312 MiB');
    expect(formatBytes(1.5 * 2 ** 30)).toBe('1.5 GiB');
    expect(formatCount(269722)).toBe('269,722');
  });
});
