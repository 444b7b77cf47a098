/** `npm test`: installs and builds what is missing, then runs every test. Arguments after `--` go to vitest. */
import { prepare } from './prepare.mjs';
import { root, run } from './run-command.mjs';

const options = process.argv.slice(2);
const native = prepare({ emulated: true });
// Vitest takes several --project options as "any of these": one to leave out would add all the others.
if (!native && !options.some((option) => option.startsWith('--project'))) {
  console.error('Leaving out the tests of the native backend, which is not built; all others run on a fallback.');
  options.push('--project', '!backend-native');
}
process.exit(run(process.execPath, [`${root}node_modules/vitest/vitest.mjs`, 'run', ...options]).status);
