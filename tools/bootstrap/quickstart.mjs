/**
 * `npm run quickstart`: from a fresh clone to a trained and tested ResNet-20, with its report.
 * Arguments after `--` go to `resnet train`: `npm run quickstart -- --epochs 1`.
 */
import { prepare } from './prepare.mjs';
import { fromSource, root, run } from './run-command.mjs';

const resnet = (args, options) =>
  run(process.execPath, [...fromSource, `${root}apps/cli/src/main.ts`, ...args], options);

/** Runs a command of `resnet` with --json and returns what it printed; its progress shows on the terminal. */
function resnetJson(args) {
  const { status, stdout } = resnet([...args, '--json'], { capture: true });
  if (status !== 0) process.exit(status);
  return JSON.parse(stdout);
}

prepare();
const { status } = resnet(['data', 'fetch', 'cifar10']);
if (status !== 0) process.exit(status);
const training = resnetJson(['train', '--recipe', 'cifar10-quick', ...process.argv.slice(2)]);
const evaluation = resnetJson(['evaluate', training.runFolder]);
console.log(
  `top-1 error ${(100 * evaluation.top1Error).toFixed(1)} % on ${evaluation.examples} test images, ` +
    `${Math.round(training.seconds)} s of training, report ${training.report}`,
);
