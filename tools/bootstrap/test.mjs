/** `npm test`: installs and builds what is missing, then runs every test. Arguments after `--` go to vitest. */
import { prepare } from './prepare.mjs';
import { root, run } from './run-command.mjs';

const native = prepare();
const vitest = [`${root}node_modules/vitest/vitest.mjs`, 'run', ...process.argv.slice(2)];
if (!native) {
  console.error('Leaving out the tests of the native backend, which is not built; all others run on a fallback.');
  vitest.push('--project', '!backend-native');
}
process.exit(run(process.execPath, vitest).status);
