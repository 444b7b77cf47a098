import { isAbsolute } from 'node:path';
import { describe, expect, it } from 'vitest';
import { missingPeer } from './peer-packages.js';

describe('missingPeer', () => {
  it('says how to get a peer, by a path that is not of one machine', () => {
    const reason = missingPeer('no-such-peer') ?? '';
    const [, folder = ''] = /--prefix (\S+) no-such-peer@latest$/.exec(reason) ?? [];
    expect(folder).toMatch(/peers$/);
    expect(isAbsolute(folder)).toBe(false);
  });
});
