/**
 * Exactness of whole runs on real data, which no unit test can afford: a run killed (SIGKILL) at random moments and
 * resumed each time, a run on one thread, and runs with no and with two loader workers must all end with the very
 * bytes of an uninterrupted run.
 *
 *   node tools/acceptance/kill-and-resume.mjs [--steps 300] [--kills 20] [--data data] [--seed 1]
 *
 * Prints the SHA-256 of each final checkpoint; exit code 1 when one differs.
 */
import { createHash } from 'node:crypto';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { runResnet, startResnet } from './resnet-process.mjs';

const { values } = parseArgs({
  options: {
    steps: { type: 'string', default: '300' },
    kills: { type: 'string', default: '20' },
    data: { type: 'string', default: 'data' },
    seed: { type: 'string', default: '1' },
  },
});
const steps = Number(values.steps);
const kills = Number(values.kills);
const work = mkdtempSync(join(tmpdir(), 'resnet-acceptance-'));

// Park & Miller's generator: the moments of death can be repeated by their seed.
let state = Number(values.seed);
const random = () => (state = (state * 48271) % 2147483647) / 2147483647;

const recipe = [
  '--recipe',
  'cifar10-quick',
  '--steps',
  String(steps),
  '--data',
  values.data,
  '--set',
  'checkpointEverySteps=10',
];
const freshRun = (name, more) => ['train', ...recipe, '--out', join(work, name), ...more];
const runFolder = (name) => join(work, name, readdirSync(join(work, name))[0]);

/** One digest over the files of the last checkpoint. */
function finalDigest(name) {
  const checkpoints = join(runFolder(name), 'checkpoints');
  const last = readdirSync(checkpoints)
    .filter((entry) => entry.startsWith('step-'))
    .sort()
    .at(-1);
  if (last !== `step-${String(steps).padStart(6, '0')}`) throw new Error(`${name}: the last checkpoint is ${last}`);
  const hash = createHash('sha256');
  for (const file of readdirSync(join(checkpoints, last)).sort())
    hash.update(file).update(readFileSync(join(checkpoints, last, file)));
  return hash.digest('hex');
}

async function killedRun(name) {
  let args = freshRun(name, []);
  for (let kill = 1; kill <= kills; ++kill) {
    const started = startResnet(args);
    // Between the first second (loading, the first steps) and one in which many steps have passed.
    const timer = setTimeout(() => started.child.kill('SIGKILL'), 1500 + random() * 6500);
    const { code, signal, stderr, stdout } = await started.ended;
    clearTimeout(timer);
    if (signal !== 'SIGKILL') {
      if (code !== 0) throw new Error(`the run failed before kill ${kill}\n${stdout}${stderr}`);
      throw new Error(`the run ended before kill ${kill}; give it more --steps`);
    }
    const run = existsSync(join(work, name)) ? readdirSync(join(work, name))[0] : undefined;
    const checkpoints = run === undefined ? undefined : join(work, name, run, 'checkpoints');
    const written =
      checkpoints !== undefined && existsSync(checkpoints) ? readdirSync(checkpoints).sort().at(-1) : undefined;
    console.log(`kill ${kill}: ${written ?? 'before the first checkpoint'}`);
    if (run !== undefined) args = ['train', '--resume', join(work, name, run), '--data', values.data];
  }
  await runResnet(args);
}

try {
  await runResnet(freshRun('uninterrupted', []));
  const expected = finalDigest('uninterrupted');
  console.log(`uninterrupted        ${expected}`);
  await killedRun('killed');
  await runResnet(freshRun('one-thread', ['--threads', '1']));
  await runResnet(freshRun('no-workers', ['--workers', '0']));
  await runResnet(freshRun('two-workers', ['--workers', '2']));
  let differing = 0;
  for (const name of ['killed', 'one-thread', 'no-workers', 'two-workers']) {
    const digest = finalDigest(name);
    if (digest !== expected) ++differing;
    console.log(`${name.padEnd(20)} ${digest} ${digest === expected ? 'equal' : 'DIFFERENT'}`);
  }
  process.exitCode = differing === 0 ? 0 : 1;
} finally {
  rmSync(work, { recursive: true, force: true });
}
