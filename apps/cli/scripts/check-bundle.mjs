#!/usr/bin/env node
// Holds the bundled command to the plain one: the same answers, exit codes, files and trained bits.
//
//   node scripts/check-bundle.mjs        after scripts/bundle.mjs
//
// It trains on a data set of its own, with a worker, evaluates and predicts: what a bundle can break is what is found by
// its place (threads, addon, WebAssembly) and what imports register. The cpu backend would take minutes: doctor asks it.
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdirSync, mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const packageFolder = dirname(dirname(fileURLToPath(import.meta.url)));
const folder = mkdtempSync(join(tmpdir(), 'resnet-bundle-'));
/** A red pixel. */
const PICTURE = 'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAIAAACQd1PeAAAADElEQVR4nGP4z8AAAAMBAQDJ/pLvAAAAAElFTkSuQmCC';

function writeDataset() {
  const files = [
    ['train.bin', 32],
    ['test.bin', 10],
  ].map(([name, images]) => ({
    name,
    content: Uint8Array.from({ length: images * 3073 }, (_, at) =>
      at % 3073 === 0 ? (at / 3073) % 2 : (at * 31 + 7 * Math.floor(at / 3073)) % 256,
    ),
  }));
  mkdirSync(join(folder, 'data', 'stripes'), { recursive: true });
  for (const { name, content } of files) writeFileSync(join(folder, 'data', 'stripes', name), content);
  const description = {
    ...{ title: 'Stripes', height: 32, width: 32, channels: 3, trainCount: 32, testCount: 10 },
    classNames: ['even', 'odd'],
    layout: { kind: 'cifar', labelBytes: 1, train: ['train.bin'], test: ['test.bin'] },
    files: files.map(({ name, content }) => ({
      ...{ name, bytes: content.length },
      checksum: { algorithm: 'sha256', hex: createHash('sha256').update(content).digest('hex') },
    })),
  };
  writeFileSync(join(folder, 'data', 'stripes', 'dataset.json'), JSON.stringify(description));
  writeFileSync(join(folder, 'red.png'), Buffer.from(PICTURE, 'base64'));
}

/** What one of the two says, with its own folder, times and speeds left out. */
function answerOf(program, args) {
  const own = join(folder, program.replaceAll('/', '-'));
  mkdirSync(own, { recursive: true });
  const { status, stdout, stderr } = spawnSync(
    process.execPath,
    [join(packageFolder, 'dist', program), ...args.map((argument) => argument.replace('<own>', own))],
    { encoding: 'utf8', cwd: folder },
  );
  const plain = (text) =>
    text.replaceAll(own, '<own>').replace(/"(seconds|imagesPerSecond|waiting|oneThread|allThreads)": ?[^,}\n]+/g, '');
  return { status, stdout: plain(stdout), stderr: plain(stderr), run: join(own, 'run') };
}

const sums = (run) =>
  readdirSync(run, { recursive: true })
    .filter((name) => name.endsWith('.safetensors'))
    .sort()
    .map(
      (name) =>
        `${name} ${createHash('sha256')
          .update(readFileSync(join(run, name)))
          .digest('hex')}`,
    );

const training = (backend) => [
  ...['train', '--network', 'resnet20', '--data', join(folder, 'data'), '--out', '<own>/run', '--steps', '2', '--json'],
  ...['--backend', backend, '--set', 'batchSize=8', '--set', 'classes=2', '--set', 'data.set=stripes'],
];

/** Arguments, and what is compared beside the exit code: remarks hold times. */
const cases = [
  [['models', '--json'], 'stdout'],
  [['summary', 'resnet50'], 'stdout'],
  [['train', '--recipe', 'nowhere'], 'stderr'],
  [['train', '--data', join(folder, 'nothing'), '--set', 'data.set=cifar10'], 'stderr'],
  [['bench', '--help'], 'stdout'],
  [['doctor', '--json'], 'stdout'],
  ...['wasm', 'native'].map((backend) => [training(backend), 'weights']),
  [['evaluate', '<own>/run/cifar10-quick-001', '--data', join(folder, 'data'), '--json'], 'status'],
  [['predict', '<own>/run/cifar10-quick-001', join(folder, 'red.png'), '--json'], 'stdout'],
];

let failed = 0;
try {
  writeDataset();
  for (const [args, compared] of cases) {
    const [plain, bundled] = ['main.js', 'bundle/main.js'].map((program) => answerOf(program, args));
    const what = compared === 'weights' ? (answer) => sums(answer.run).join('\n') : (answer) => answer[compared];
    const same = plain.status === bundled.status && what(plain) === what(bundled) && what(plain) !== '';
    console.log(`${same ? 'same     ' : 'DIFFERENT'} exit ${bundled.status}  resnet ${args.slice(0, 2).join(' ')}`);
    if (!same) console.error(plain, bundled);
    failed += same ? 0 : 1;
  }
} finally {
  rmSync(folder, { recursive: true, force: true });
}
process.exitCode = failed === 0 ? 0 : 1;
