/**
 * The ImageNet path end to end on an image folder in ILSVRC's layout, made from CIFAR-10 with broken images among them:
 * a run by `imagenet-paper` on smaller images, the same run killed (SIGKILL) in mid-epoch and resumed, and tests by the
 * paper's three protocols.
 *
 *   node tools/acceptance/image-folder.mjs [--images 2000] [--steps 24] [--network resnet18] [--data data]
 *
 * Exit code 1 where the two runs' last checkpoints differ in a bit, or a broken image is not counted.
 */
import { createHash } from 'node:crypto';
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { runResnet, startResnet } from './resnet-process.mjs';

const { values: flags } = parseArgs({
  options: {
    images: { type: 'string', default: '2000' },
    steps: { type: 'string', default: '24' },
    network: { type: 'string', default: 'resnet18' },
    data: { type: 'string', default: 'data' },
  },
});
const images = Number(flags.images);
const steps = Number(flags.steps);
const work = mkdtempSync(join(tmpdir(), 'resnet-acceptance-'));
const folder = join(work, 'ilsvrc');

const recipe = [
  ...['--recipe', 'imagenet-paper', '--network', flags.network, '--steps', String(steps), '--data', folder],
  ...['--set', 'batchSize=16', '--set', 'data.size=64', '--set', 'data.evaluation.shorterSide=73'],
  ...['--set', 'data.augmentation.shorterSide=[73,137]', '--set', 'data.measuredImages=400'],
  ...['--set', 'schedule.rate=0.01', '--set', 'checkpointEverySteps=5', '--set', 'logEverySteps=1'],
];
const train = (name) => ['train', ...recipe, '--out', join(work, name), '--json'];
const runFolder = (name) => join(work, name, readdirSync(join(work, name))[0]);

/** One digest over the files of the last checkpoint. */
function digest(name) {
  const checkpoint = join(runFolder(name), 'checkpoints', `step-${String(steps).padStart(6, '0')}`);
  const hash = createHash('sha256');
  for (const file of readdirSync(checkpoint).sort()) hash.update(file).update(readFileSync(join(checkpoint, file)));
  return hash.digest('hex');
}

const failures = [];
function check(holds, what) {
  console.log(`${holds ? 'ok  ' : 'FAIL'} ${what}`);
  if (!holds) failures.push(what);
}

try {
  const maker = fileURLToPath(new URL('make-image-folder.mjs', import.meta.url));
  const made = ['--out', folder, '--images', flags.images, '--data', flags.data];
  console.log(execFileSync(process.execPath, [maker, ...made], { encoding: 'utf8' }).trim());

  const whole = JSON.parse((await runResnet(train('whole'))).stdout);
  console.log(
    `${whole.network}: ${whole.imagesPerSecond.toFixed(1)} images/s, waited ${(100 * whole.waiting).toFixed(2)} %`,
  );

  const killed = startResnet(train('killed'));
  killed.child.stderr.on('data', (text) => {
    if (String(text).includes(`step ${Math.floor(steps / 2)}/`)) killed.child.kill('SIGKILL');
  });
  check((await killed.ended).signal === 'SIGKILL', `killed after step ${Math.floor(steps / 2)} of ${steps}`);
  await runResnet(['train', '--resume', runFolder('killed'), '--json']);
  check(digest('whole') === digest('killed'), `resumed: the bits of the uninterrupted run, ${digest('whole')}`);

  // Of every hundred images one is broken for validation, and one for training.
  const broken = JSON.parse(readFileSync(join(whole.runFolder, 'broken-images.json'), 'utf8'));
  const held = broken.filter(({ set }) => set === 'validation').length;
  check(held === Math.ceil((images - 50) / 100), `${held} broken validation images counted and named`);
  check(broken.length > held, `${broken.length - held} broken training images met, counted and replaced`);

  for (const [protocol, ...scales] of [['center-crop'], ['ten-crop'], ['fully-convolutional', '--scales', '64,73']]) {
    const options = ['--data', folder, '--protocol', protocol, ...scales, '--json'];
    const report = JSON.parse((await runResnet(['evaluate', runFolder('killed'), ...options])).stdout);
    const wanted = Math.ceil(images / 5) - held;
    check(
      report.examples === wanted && report.broken.length === held,
      `${protocol}: ${wanted} images, top-1 error ${report.top1Error}`,
    );
  }
} finally {
  rmSync(work, { recursive: true, force: true });
}
process.exitCode = failures.length === 0 ? 0 : 1;
