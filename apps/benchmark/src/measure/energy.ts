import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';

/** Where Linux shows the energy counters of Intel and AMD processors (RAPL). */
const COUNTERS = '/sys/class/powercap';

/** Microjoules of one processor package, which go on from 0 after `range`. */
export interface EnergyCounter {
  readonly microjoules: number;
  readonly range: number;
}

/** The counters of all processor packages by name; nothing where there are none, or only root may read them. */
export function readEnergy(folder = COUNTERS): ReadonlyMap<string, EnergyCounter> | undefined {
  try {
    // `intel-rapl:0` is a package; `intel-rapl:0:1` a part of it, counted there already.
    const packages = readdirSync(folder).filter((name) => /^intel-rapl:\d+$/.test(name));
    if (packages.length === 0) return undefined;
    const read = (name: string, file: string): number => Number(readFileSync(join(folder, name, file), 'utf8'));
    return new Map(
      packages.map((name) => [
        name,
        { microjoules: read(name, 'energy_uj'), range: read(name, 'max_energy_range_uj') },
      ]),
    );
  } catch {
    return undefined;
  }
}

/** Joules of all packages since an earlier reading. */
export function joulesSince(before: ReturnType<typeof readEnergy>, folder = COUNTERS): number | undefined {
  const after = readEnergy(folder);
  if (before === undefined || after === undefined) return undefined;
  let microjoules = 0;
  for (const [name, counter] of after) {
    const difference = counter.microjoules - (before.get(name)?.microjoules ?? counter.microjoules);
    microjoules += difference < 0 ? difference + counter.range : difference;
  }
  return microjoules / 1e6;
}
