import { checkNode } from './check-node.mjs';
import { install } from './install.mjs';
import { root, runOrExit } from './run-command.mjs';

/** Everything a command of this repository needs before its first run; quick when there is nothing left to do. */
export function prepare() {
  checkNode();
  install();
  // With --optional the build reports a missing compiler in one line, with the remedy, and succeeds.
  runOrExit(process.execPath, [`${root}packages/backend-native/scripts/build.mjs`, '--optional']);
}
