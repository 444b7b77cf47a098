import { fileURLToPath } from 'node:url';
import { ContenderProcess } from '../contenders/contender-process.js';

export interface FakeBehaviour {
  /** Of one step. */
  readonly seconds?: number;
  readonly losses?: readonly number[];
  /** Ends at the first request. */
  readonly dies?: boolean;
}

/** A started contender that answers as told. */
export async function startFake(name: string, behaviour: FakeBehaviour = {}): Promise<ContenderProcess> {
  const script = fileURLToPath(new URL('fake-contender.mjs', import.meta.url));
  const contender = new ContenderProcess({
    name,
    file: process.execPath,
    arguments: [script, JSON.stringify(behaviour)],
    environment: {},
  });
  await contender.ready();
  return contender;
}
