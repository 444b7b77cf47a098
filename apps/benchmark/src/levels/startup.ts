import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { choosePeers } from '../contenders/choose-contenders.js';
import { ContenderProcess } from '../contenders/contender-process.js';
import { endWithProcess } from '../contenders/end-with-process.js';
import { SOURCES } from '../contenders/node-worker.js';
import { pytorchCandidate } from '../contenders/step-candidates.js';
import { BenchmarkError, exitCodes } from '../exit-codes.js';
import { measurementOf } from '../report/measurement.js';
import { resultOf } from '../report/result.js';
import type { BenchmarkResult } from '../report/result-schema.js';
import { contenderSettings } from './contender-settings.js';
import { onQuietMachine } from './quiet-machine.js';
import type { RunOptions } from './run-options.js';

const COMMAND_LINE = fileURLToPath(new URL('../../../cli', import.meta.url));

export interface StartupOptions extends RunOptions {
  readonly model: string;
  readonly batch: number;
}

/** A way to start, and its seconds until the first step is done. */
interface Starter {
  readonly name: string;
  readonly description: string;
  readonly start: () => Promise<number>;
}

type StarterOrReason = Starter | BenchmarkResult['skipped'][number];

/**
 * Times what passes from the start of `resnet train` to the end of its first training step: loading, reading CIFAR-10,
 * making the run folder and the network, one step. Once untimed, so that the disk is warm; then in turns.
 */
export async function benchmarkStartup(options: StartupOptions): Promise<BenchmarkResult> {
  const { model, batch, threads, rounds, onProgress } = options;
  const settings = contenderSettings({ ...options, precision: 'float32' });
  if (settings.cifarFolder === null) {
    const remedy = 'fetch it with: resnet data fetch cifar10, or name its folder with --data';
    throw new BenchmarkError(exitCodes.usage, `bench startup trains a CIFAR network on CIFAR-10; ${remedy}`);
  }
  const starters = [...oursOf(options), ...pytorchOf(options, settings)];
  const skipped = starters.flatMap((starter) => ('reason' in starter ? [starter] : []));
  for (const { contender, reason } of skipped) onProgress(`${contender} is skipped: ${reason}`);
  const ready = starters.flatMap((starter) => ('start' in starter ? [starter] : []));
  const { value, otherLoad } = await onQuietMachine(options, async () => {
    const times = ready.map((): number[] => []);
    for (let round = 0; round <= rounds; round += 1) {
      for (const [index, { start }] of ready.entries()) {
        const seconds = await start();
        if (round > 0) times[index]?.push(seconds);
      }
      onProgress(round === 0 ? 'disk is warm' : `round ${round} of ${rounds}`);
    }
    return times;
  });
  const subject = `start to the end of the first step, ${settings.network}, batch ${batch}, ${threads} threads`;
  return resultOf({
    benchmark: 'startup',
    command: options.command,
    settings: { model, batch, threads },
    otherLoad,
    limits: {},
    measurements: ready.map(({ name, description }, index) => {
      const turns = { secondsPerStep: value[index] ?? [], stepsPerTurn: 1, peakBytes: 0, joulesPerStep: [] };
      return measurementOf({ subject, contender: name, description, batch, turns, withMemory: false });
    }),
    skipped,
    notes: ['warm disk; every start is a new process'],
  });
}

/** The command as users have it, built, and as it runs in the repository. */
function oursOf(options: StartupOptions): StarterOrReason[] {
  const built = join(COMMAND_LINE, 'dist', 'bundle', 'main.js');
  const sources = [...SOURCES, join(COMMAND_LINE, 'src', 'main.ts')];
  const name = 'resnet train, built';
  return [
    existsSync(built)
      ? { name, description: 'as users install it', start: () => trainFirstStep([built], options) }
      : { contender: name, reason: 'not built; build it with: npm run build' },
    { name: 'resnet train, sources', description: 'through tsx', start: () => trainFirstStep(sources, options) },
  ];
}

function pytorchOf(
  { contenders, python }: StartupOptions,
  settings: ReturnType<typeof contenderSettings>,
): StarterOrReason[] {
  return choosePeers(contenders, 'float32').flatMap((peer): StarterOrReason[] => {
    if (peer.kind !== 'pytorch') return [];
    const { name, missing, command } = pytorchCandidate('pytorch_step', peer, settings, python);
    if (missing !== undefined) return [{ contender: name, reason: missing }];
    const start = async (): Promise<number> => {
      const contender = new ContenderProcess(command());
      const close = endWithProcess([contender]);
      try {
        await contender.ready();
        await contender.ask({ do: 'run', steps: 1 });
        return contender.age();
      } finally {
        close();
      }
    };
    return [{ name, description: 'a script that reads the data and trains', start }];
  });
}

/** Seconds until `resnet train` reports its first step; the run is ended there and its folder removed. */
async function trainFirstStep(program: readonly string[], options: StartupOptions): Promise<number> {
  const { model, batch, threads, dataDirectory } = options;
  const out = await mkdtemp(join(tmpdir(), 'resnet-bench-start-'));
  const flags = {
    ...{ '--network': model, '--data': dataDirectory, '--out': out, '--threads': String(threads), '--steps': '2' },
  };
  const sets = [`batchSize=${batch}`, 'logEverySteps=1'].flatMap((set) => ['--set', set]);
  const start = performance.now();
  const child = spawn(process.execPath, [...program, 'train', ...Object.entries(flags).flat(), ...sets]);
  const end = endWithProcess([{ close: () => child.kill('SIGKILL') }]);
  const closed = new Promise<void>((resolve) => child.once('close', () => resolve()));
  try {
    return await new Promise<number>((resolve, reject) => {
      let text = '';
      child.once('error', reject);
      child.once('close', () => reject(new Error(`resnet train ended before its first step:\n${text.slice(-2000)}`)));
      child.stderr.setEncoding('utf8').on('data', (chunk: string) => {
        text += chunk;
        if (/^step 1\//m.test(text)) resolve((performance.now() - start) / 1000);
      });
    });
  } finally {
    end();
    await closed;
    await rm(out, { recursive: true });
  }
}
