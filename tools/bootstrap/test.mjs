/** `npm test`: installs and builds what is missing, then runs every test. Arguments after `--` go to vitest. */
import { prepare } from './prepare.mjs';
import { root, run } from './run-command.mjs';

prepare();
const { status } = run(process.execPath, [`${root}node_modules/vitest/vitest.mjs`, 'run', ...process.argv.slice(2)]);
process.exit(status);
