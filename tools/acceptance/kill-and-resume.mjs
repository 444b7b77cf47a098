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

/** Steps between two lines of progress, from which the moments of death are counted: the speed of the machine does not matter. */
const loggedEvery = 2;

const recipe = [
  '--recipe',
  'cifar10-quick',
  '--steps',
  String(steps),
  '--data',
  values.data,
  '--set',
  'checkpointEverySteps=10',
  '--set',
  `logEverySteps=${loggedEvery}`,
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

/** The name of the last checkpoint of a run, if there is one. */
function lastCheckpoint(name) {
  const checkpoints = existsSync(join(work, name)) ? join(runFolder(name), 'checkpoints') : undefined;
  if (checkpoints === undefined || !existsSync(checkpoints)) return undefined;
  return readdirSync(checkpoints)
    .filter((entry) => entry.startsWith('step-'))
    .sort()
    .at(-1);
}

/**
 * Kills a started run at a random moment: before its first step once in a while, else a random part of a step after it
 * has told of `target` steps.
 */
function killAtRandom({ child }, target) {
  const kill = () => child.kill('SIGKILL');
  if (random() < 0.15) {
    setTimeout(kill, random() * 2000).unref();
    return;
  }
  let seen = '';
  let lineAt = Date.now();
  child.stderr.on('data', (text) => {
    seen += text;
    const told = Number([...seen.matchAll(/^step (\d+)\//gm)].at(-1)?.[1] ?? 0);
    const betweenLines = Date.now() - lineAt;
    lineAt = Date.now();
    if (told >= target) setTimeout(kill, random() * betweenLines).unref();
  });
}

async function killedRun(name) {
  let args = freshRun(name, []);
  for (let kill = 1; kill <= kills; ++kill) {
    const before = Number(lastCheckpoint(name)?.slice('step-'.length) ?? 0);
    // Twice an equal share of what is left, at random; never so late that the run could end first.
    const share = (steps - before) / (kills - kill + 1);
    const started = startResnet(args);
    killAtRandom(started, Math.min(before + random() * 2 * share, steps - 5 * loggedEvery));
    const { code, signal, stderr, stdout } = await started.ended;
    if (signal !== 'SIGKILL') {
      throw new Error(`the run ended with ${code} before kill ${kill}\n${stdout}${stderr}`);
    }
    console.log(`kill ${kill}: ${lastCheckpoint(name) ?? 'before the first checkpoint'}`);
    if (existsSync(join(work, name))) args = ['train', '--resume', runFolder(name), '--data', values.data];
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
