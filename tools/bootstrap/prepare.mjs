import { existsSync } from 'node:fs';
import { checkNode } from './check-node.mjs';
import { install } from './install.mjs';
import { root, run } from './run-command.mjs';

/**
 * Everything a command of this repository needs before its first run; quick when there is nothing left to do.
 *
 * @param emulated also build the instruction sets that only tests use, for another minute at the first time
 * @returns whether the native backend is there; where it is not, one line has said why and what to do
 */
export function prepare({ emulated = false } = {}) {
  checkNode();
  install();
  const options = ['--optional', ...(emulated ? ['--emulated'] : [])];
  const { status } = run(process.execPath, [`${root}packages/backend-native/scripts/build.mjs`, ...options]);
  if (status !== 0) console.error('The native backend could not be built (see above): going on without it, slower.');
  return status === 0 && existsSync(`${root}packages/backend-native/build/resnet-native.node`);
}
