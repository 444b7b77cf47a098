import { fileURLToPath } from 'node:url';
import { ContenderProcess } from '../contenders/contender-process.js';
import type { ContenderCommand } from '../contenders/contender-process.js';

export interface FakeBehaviour {
  /** Of one step. */
  readonly seconds?: number;
  readonly loss?: number;
  /** Length of the update of each parameter. */
  readonly updates?: Readonly<Record<string, number>>;
  /** Ends at the first request. */
  readonly dies?: boolean;
}

export function fakeCommand(name: string, behaviour: FakeBehaviour = {}): ContenderCommand {
  const script = fileURLToPath(new URL('fake-contender.mjs', import.meta.url));
  return { name, file: process.execPath, arguments: [script, JSON.stringify(behaviour)], environment: {} };
}

/** A started contender that answers as told. */
export async function startFake(name: string, behaviour: FakeBehaviour = {}): Promise<ContenderProcess> {
  const contender = new ContenderProcess(fakeCommand(name, behaviour));
  await contender.ready();
  return contender;
}
