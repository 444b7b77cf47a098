import { readFileSync } from 'node:fs';
import type { NetworkGolden, OperationGolden, ProtocolGolden, RandomGolden } from './golden-types.js';

interface GoldenKinds {
  operations: OperationGolden;
  networks: NetworkGolden;
}

/** A fixture of this folder's script-made goldens, such as `readGolden('operations', 'convolution')`. */
export function readGolden<Kind extends keyof GoldenKinds>(kind: Kind, name: string): GoldenKinds[Kind] {
  return parseFixture(`${kind}/${name}.json`) as GoldenKinds[Kind];
}

export function readRandomGolden(): RandomGolden {
  return parseFixture('counter-random.json') as RandomGolden;
}

export function readProtocolGolden(): ProtocolGolden {
  return parseFixture('protocols.json') as ProtocolGolden;
}

function parseFixture(path: string): unknown {
  return JSON.parse(readFileSync(new URL(`../__fixtures__/${path}`, import.meta.url), 'utf8'));
}
