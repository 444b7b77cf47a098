import { appendFileSync, existsSync } from 'node:fs';
import { join } from 'node:path';
import { disposeNamed } from '@resnet-ts/tensor-ops';
import * as tf from '@tensorflow/tfjs-core';
import '@tensorflow/tfjs-backend-cpu';
import fc from 'fast-check';
import { beforeAll, expect, test } from 'vitest';
import { leaveAbandonedLock } from './__fixtures__/abandoned-lock.js';
import { folderBytes } from './__fixtures__/folder-bytes.js';
import { Killed, killAtFileOperation } from './__fixtures__/kill-file-operations.js';
import { temporaryFolder } from './__fixtures__/temporary-folder.js';
import { tinyBatches } from './__fixtures__/tiny-batches.js';
import { tinyNetwork } from './__fixtures__/tiny-network.js';
import { tinyRecipe } from './__fixtures__/tiny-recipe.js';
import { readMetrics, train, withoutTiming, type TrainingResult, type TrainOptions } from './index.js';

beforeAll(async () => {
  await tf.setBackend('cpu');
});

/** Depends on the state that it is given, so that an evaluation of another state is noticed. */
const evaluate: NonNullable<TrainOptions['evaluate']> = async ({ parameters }) => {
  const bias = parameters['fc.bias']?.dataSync() ?? [];
  return { examples: 1, loss: bias[0] ?? 0, top1Error: 0.5 };
};

function options(runFolder: string, overrides: Partial<TrainOptions> = {}): TrainOptions {
  return { network: tinyNetwork, recipe: tinyRecipe(), batches: tinyBatches(), runFolder, evaluate, ...overrides };
}

async function finish(
  run: TrainOptions,
): Promise<{ result: TrainingResult; bytes: Record<string, string>; metrics: unknown[] }> {
  const result = await train(run);
  disposeNamed(result.state.parameters);
  disposeNamed(result.state.buffers);
  return {
    result,
    bytes: folderBytes(result.checkpoint),
    metrics: (await readMetrics(run.runFolder)).map(withoutTiming),
  };
}

interface Interruption {
  readonly kind: 'throw' | 'signal' | 'kill while writing';
  readonly at: number;
}

const interruption: fc.Arbitrary<Interruption> = fc.oneof(
  fc.record({ kind: fc.constant('throw' as const), at: fc.integer({ min: 1, max: 12 }) }),
  fc.record({ kind: fc.constant('signal' as const), at: fc.integer({ min: 1, max: 12 }) }),
  fc.record({ kind: fc.constant('kill while writing' as const), at: fc.integer({ min: 0, max: 30 }) }),
);

/** Starts or resumes a run and interrupts it; what a killed process leaves behind is left behind. */
async function interrupted(runFolder: string, { kind, at }: Interruption): Promise<void> {
  const controller = new AbortController();
  const kill = kind === 'kill while writing' ? killAtFileOperation(at) : undefined;
  try {
    const result = await train(
      options(runFolder, {
        resume: 'latest',
        signal: controller.signal,
        callbacks: {
          onStep: ({ step }) => {
            if (step !== at) return;
            if (kind === 'throw') throw new Killed();
            if (kind === 'signal') controller.abort();
          },
        },
      }),
    );
    disposeNamed(result.state.parameters);
    disposeNamed(result.state.buffers);
  } catch (error) {
    if (!(error instanceof Killed) && !(error instanceof Error && error.cause instanceof Killed)) throw error;
  } finally {
    kill?.restore();
  }
  if (kind === 'signal' || !existsSync(runFolder)) return;
  leaveAbandonedLock(runFolder);
  // A line of metrics that was being written.
  if (existsSync(join(runFolder, 'metrics.jsonl')))
    appendFileSync(join(runFolder, 'metrics.jsonl'), '{"kind":"step","st');
}

test('stopped anywhere, any number of times, a run ends in the same bytes and the same metrics', async () => {
  const before = tf.memory().numTensors;
  const whole = await finish(options(join(temporaryFolder(), 'whole')));
  const root = temporaryFolder();
  let run = 0;
  await fc.assert(
    fc.asyncProperty(fc.array(interruption, { minLength: 1, maxLength: 4 }), async (interruptions) => {
      const runFolder = join(root, `run-${(run += 1)}`);
      for (const one of interruptions) await interrupted(runFolder, one);
      const { result, bytes, metrics } = await finish(options(runFolder, { resume: 'latest' }));
      expect(result.stopped).toBe('finished');
      expect(bytes).toEqual(whole.bytes);
      expect(metrics).toEqual(whole.metrics);
    }),
    { numRuns: 25 },
  );
  expect(tf.memory().numTensors).toBe(before);
});

test('killed at every single file operation of a checkpoint, a run ends in the same bytes', async () => {
  const recipe = tinyRecipe({ length: { steps: 2 }, checkpointEverySteps: 1, keepCheckpoints: 1 });
  const root = temporaryFolder();
  const whole = await finish(options(join(root, 'whole'), { recipe }));
  let happened = true;
  for (let at = 0; happened; at += 1) {
    const runFolder = join(root, `run-${at}`);
    const kill = killAtFileOperation(at);
    await train(options(runFolder, { recipe })).catch(() => undefined);
    happened = kill.happened();
    kill.restore();
    if (existsSync(runFolder)) leaveAbandonedLock(runFolder);
    const { bytes, metrics } = await finish(options(runFolder, { recipe, resume: 'latest' }));
    expect(bytes, `killed at operation ${at}`).toEqual(whole.bytes);
    expect(metrics).toEqual(whole.metrics);
  }
});

test('resuming from an earlier checkpoint by name goes the same way again', async () => {
  const runFolder = join(temporaryFolder(), 'run');
  const whole = await finish(options(runFolder));
  const again = await finish(options(runFolder, { resume: join(runFolder, 'checkpoints', 'step-000004') }));
  expect(again.bytes).toEqual(whole.bytes);
  expect(again.metrics).toEqual(whole.metrics);
});

test('an evaluation cut off by a signal is made up for on resume', async () => {
  const runFolder = join(temporaryFolder(), 'run');
  const controller = new AbortController();
  const cutOff: TrainOptions['evaluate'] = async () => {
    controller.abort();
    throw new DOMException('stopped', 'AbortError');
  };
  const stopped = await finish(options(runFolder, { evaluate: cutOff, signal: controller.signal }));
  expect(stopped.result).toMatchObject({ stopped: 'signal', step: 5 });
  const { metrics } = await finish(options(runFolder, { resume: 'latest' }));
  const whole = await finish(options(join(temporaryFolder(), 'whole')));
  expect(metrics).toEqual(whole.metrics);
});

test('another seed ends in other bytes', async () => {
  const one = await finish(options(join(temporaryFolder(), 'run')));
  const other = await finish(options(join(temporaryFolder(), 'run'), { recipe: tinyRecipe({ seed: 4 }) }));
  expect(other.bytes['model.safetensors']).not.toBe(one.bytes['model.safetensors']);
});
