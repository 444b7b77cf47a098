import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { joulesSince, readEnergy } from './energy.js';

let folder = '';
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'bench-energy-'));
});
afterEach(() => rm(folder, { recursive: true }));

async function counter(name: string, microjoules: number): Promise<void> {
  await mkdir(join(folder, name), { recursive: true });
  await writeFile(join(folder, name, 'energy_uj'), `${microjoules}\n`);
  await writeFile(join(folder, name, 'max_energy_range_uj'), '10000000\n');
}

describe('joulesSince', () => {
  it('adds packages up, leaves their parts out, and sees a counter start over', async () => {
    await counter('intel-rapl:0', 1_000_000);
    await counter('intel-rapl:1', 9_000_000);
    await counter('intel-rapl:0:0', 0);
    const before = readEnergy(folder);
    await counter('intel-rapl:0', 3_000_000);
    await counter('intel-rapl:1', 1_000_000);
    await counter('intel-rapl:0:0', 5_000_000);
    expect(joulesSince(before, folder)).toBeCloseTo(4);
  });

  it('is nothing where the machine does not tell', () => {
    expect(readEnergy(join(folder, 'none'))).toBeUndefined();
    expect(readEnergy(folder)).toBeUndefined();
    expect(joulesSince(undefined, folder)).toBeUndefined();
  });
});
