/**
 * `npm run quickstart`: from a fresh clone to a trained and tested ResNet-20, with its report.
 * Arguments after `--` go to `resnet train`: `npm run quickstart -- --epochs 1`.
 */
import { prepare } from './prepare.mjs';
import { fromSource, root, run } from './run-command.mjs';

/** Runs a command of `resnet`; with `--json` its result comes back while its progress shows on the terminal. */
function resnet(args, options) {
  const { status, stdout } = run(process.execPath, [...fromSource, `${root}apps/cli/src/main.ts`, ...args], options);
  if (status !== 0) process.exit(status);
  return stdout;
}
const resnetJson = (args) => JSON.parse(resnet([...args, '--json'], { capture: true }));

const options = process.argv.slice(2);
const native = prepare();
const shorter = !native && !options.some((option) => /^--(steps|epochs|recipe)\b/.test(option));
if (shorter)
  console.error('Training 1 epoch instead of 5: without the native backend it takes as long as five with it.');

resnet(['data', 'fetch', 'cifar10']);
const training = resnetJson(['train', '--recipe', 'cifar10-quick', ...options, ...(shorter ? ['--epochs', '1'] : [])]);
const evaluation = resnetJson(['evaluate', training.runFolder]);
console.log(
  `top-1 error ${(100 * evaluation.top1Error).toFixed(1)} % on ${evaluation.examples} test images, ` +
    `${Math.round(training.seconds)} s of training, report ${training.report}`,
);
