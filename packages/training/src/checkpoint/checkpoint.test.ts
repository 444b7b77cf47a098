import { cpSync, readdirSync, readFileSync, renameSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { disposeNamed, type NamedTensors } from '@resnet-ts/tensor-ops';
import * as tf from '@tensorflow/tfjs-core';
import '@tensorflow/tfjs-backend-cpu';
import fc from 'fast-check';
import { afterEach, beforeAll, describe, expect, test, vi } from 'vitest';
import { temporaryFolder } from '../__fixtures__/temporary-folder.js';
import { tinyBatches } from '../__fixtures__/tiny-batches.js';
import { tinyNetwork } from '../__fixtures__/tiny-network.js';
import { tinyRecipe } from '../__fixtures__/tiny-recipe.js';
import { fileOperations } from '../run/file-operations.js';
import { train } from '../train.js';
import type { TrainOptions } from '../train-options.js';
import { decodePosition, encodePosition } from './position.js';
import { latestCheckpoint, loadCheckpoint, verifyCheckpoint } from './read-checkpoint.js';

const FILES = ['model.safetensors', 'optimizer.safetensors', 'position.json'];

beforeAll(async () => {
  await tf.setBackend('cpu');
});

afterEach(() => {
  vi.restoreAllMocks();
});

/** A run stopped at step 8 with checkpoints at 4 and 8. */
async function stoppedRun(root = temporaryFolder()): Promise<TrainOptions & { readonly checkpoint: string }> {
  const run = { network: tinyNetwork, recipe: tinyRecipe(), batches: tinyBatches(), runFolder: join(root, 'run') };
  const { checkpoint, state } = await train({ ...run, maximumSteps: 8 });
  disposeNamed(state.parameters);
  disposeNamed(state.buffers);
  return { ...run, checkpoint };
}

function values(tensors: NamedTensors): unknown {
  return Object.fromEntries(
    Object.entries(tensors).map(([name, tensor]) => [name, [tensor.shape, [...tensor.dataSync()]]]),
  );
}

function flipByte(path: string, at: number): void {
  const bytes = readFileSync(path);
  const index = at % bytes.length;
  bytes[index] = (bytes[index] ?? 0) ^ 0x10;
  writeFileSync(path, bytes);
}

describe('loadCheckpoint', () => {
  test('returns the very state that was trained, from a checkpoint or from its run folder', async () => {
    const runFolder = join(temporaryFolder(), 'run');
    const result = await train({ network: tinyNetwork, recipe: tinyRecipe(), batches: tinyBatches(), runFolder });
    for (const path of [result.checkpoint, runFolder]) {
      const loaded = await loadCheckpoint(path, tinyNetwork);
      expect(loaded.path).toBe(result.checkpoint);
      expect(values(loaded.state.parameters)).toEqual(values(result.state.parameters));
      expect(values(loaded.state.buffers)).toEqual(values(result.state.buffers));
      expect(loaded.position).toMatchObject({ step: 12, epoch: 2, batch: 2, network: 'tiny', seed: 3 });
    }
  });

  test('refuses another network, naming field, expected and received', async () => {
    const { checkpoint } = await stoppedRun();
    await expect(loadCheckpoint(checkpoint, { ...tinyNetwork, name: 'other' })).rejects.toThrow(
      /position.json: expected other for network, received "tiny"/,
    );
    await expect(loadCheckpoint(checkpoint, { ...tinyNetwork, classes: 4 })).rejects.toThrow(
      /expected 4 for classes, received 3/,
    );
    const fewer = { ...tinyNetwork, parameters: tinyNetwork.parameters.slice(1) };
    await expect(loadCheckpoint(checkpoint, fewer)).rejects.toThrow(
      /holds tensor conv1.weight, which the network does not have/,
    );
    const wider = {
      ...tinyNetwork,
      buffers: [{ name: 'bn1.running_mean', role: 'running-mean', shape: [7] } as const],
    };
    await expect(loadCheckpoint(checkpoint, wider)).rejects.toThrow(
      /expected F32 of shape \[7\] for bn1.running_mean, received F32 of shape \[3\]/,
    );
  });

  test('refuses another version, naming expected and received', async () => {
    const { checkpoint } = await stoppedRun();
    const path = join(checkpoint, 'position.json');
    writeFileSync(path, readFileSync(path, 'utf8').replace('"formatVersion": 1', '"formatVersion": 2'));
    await expect(verifyCheckpoint(checkpoint)).rejects.toThrow(/expected 1 for formatVersion, received 2/);
  });

  test('refuses a folder without checkpoints', async () => {
    await expect(loadCheckpoint(temporaryFolder(), tinyNetwork)).rejects.toThrow(/a run folder with a good one/);
  });
});

test('what an averaging recipe trains is part of its checkpoint: damaged or missing, it is refused', async () => {
  const recipe = tinyRecipe({ averaging: { kind: 'ema', decay: 0.9, everySteps: 1, warmup: false } });
  const runFolder = join(temporaryFolder(), 'run');
  const run = { network: tinyNetwork, recipe, batches: tinyBatches(), runFolder };
  const { checkpoint, state } = await train({ ...run, maximumSteps: 8 });
  disposeNamed(state.parameters);
  disposeNamed(state.buffers);
  const path = join(checkpoint, 'training.safetensors');
  expect(Object.keys((await verifyCheckpoint(checkpoint)).files)).toEqual([...FILES.slice(0, 2), basename(path)]);
  flipByte(path, 200);
  await expect(verifyCheckpoint(checkpoint)).rejects.toMatchObject({ code: 'ERR_DATA', source: path });
  rmSync(path);
  await expect(verifyCheckpoint(checkpoint)).rejects.toThrow(/expected a file of \d+ bytes, found none/);
  // The checkpoint before it is whole, and the run goes on from there.
  await expect(train({ ...run, resume: 'latest' })).resolves.toMatchObject({ stopped: 'finished' });
});

describe('a damaged checkpoint', () => {
  test('is refused whichever byte is flipped and wherever it is cut', async () => {
    const { checkpoint } = await stoppedRun();
    const root = temporaryFolder();
    let copy = 0;
    await fc.assert(
      fc.asyncProperty(fc.constantFrom(...FILES), fc.nat(100_000), fc.boolean(), async (name, at, cut) => {
        const damaged = join(root, String((copy += 1)), basename(checkpoint));
        cpSync(checkpoint, damaged, { recursive: true });
        const path = join(damaged, name);
        if (cut) truncateSync(path, at % readFileSync(path).length);
        else flipByte(path, at);
        await expect(verifyCheckpoint(damaged)).rejects.toMatchObject({ code: 'ERR_DATA', source: path });
      }),
      { numRuns: 150 },
    );
  });

  test('is refused when its position has lost or gained no more than white space', async () => {
    const { checkpoint } = await stoppedRun();
    const path = join(checkpoint, 'position.json');
    const text = readFileSync(path, 'utf8');
    for (const damaged of [text.slice(0, -1), `${text}\n`, text.replace(': ', ':\t')]) {
      writeFileSync(path, damaged);
      await expect(verifyCheckpoint(checkpoint)).rejects.toThrow(/the file is cut short or altered/);
    }
  });

  test('is refused when a file is missing or the folder is renamed to another step', async () => {
    const { checkpoint } = await stoppedRun();
    const renamed = join(checkpoint, '..', 'step-000009');
    renameSync(checkpoint, renamed);
    await expect(verifyCheckpoint(renamed)).rejects.toThrow(/expected 9, as the folder is named, for step, received 8/);
    rmSync(join(renamed, 'model.safetensors'));
    renameSync(renamed, checkpoint);
    await expect(verifyCheckpoint(checkpoint)).rejects.toThrow(
      /model.safetensors: expected a file of \d+ bytes, found none/,
    );
  });

  test('is passed over on resume, with a warning, and kept', async () => {
    const run = await stoppedRun();
    flipByte(join(run.checkpoint, 'model.safetensors'), 900);
    const warnings: string[] = [];
    const starts: number[] = [];
    const result = await train({
      ...run,
      resume: 'latest',
      callbacks: { onWarning: (message) => void warnings.push(message), onStart: ({ step }) => void starts.push(step) },
    });
    expect(starts).toEqual([4]);
    expect(warnings).toEqual([
      expect.stringMatching(
        /refused: .*model.safetensors: expected \w+ for sha256.*going on from step 4.*step-000008.damaged/,
      ),
    ]);
    expect(result.stopped).toBe('finished');
    expect(readdirSync(join(run.runFolder, 'checkpoints')).sort()).toEqual([
      'step-000004',
      'step-000008',
      'step-000008.damaged',
      'step-000012',
    ]);
  });

  test('asked for by name is refused, and the newest good one is offered', async () => {
    const run = await stoppedRun();
    truncateSync(join(run.checkpoint, 'optimizer.safetensors'), 10);
    await expect(train({ ...run, resume: run.checkpoint })).rejects.toThrow(
      /refused: .*expected \d+ bytes, received 10.*the newest good one is .*step-000004/,
    );
  });

  test('is an error when there is no other', async () => {
    const run = await stoppedRun();
    rmSync(join(run.runFolder, 'checkpoints', 'step-000004'), { recursive: true });
    flipByte(join(run.checkpoint, 'position.json'), 40);
    await expect(train({ ...run, resume: 'latest' })).rejects.toThrow(/no checkpoint is whole/);
    expect(await latestCheckpoint(run.runFolder)).toBeUndefined();
  });
});

test('a full disk leaves the checkpoints before, and nothing half-written', async () => {
  const run = await stoppedRun();
  const spy = vi.spyOn(fileOperations, 'writeDurably');
  spy.mockImplementation(async (path, content) => {
    writeFileSync(path, content.slice(0, 10));
    if (path.endsWith('optimizer.safetensors'))
      throw Object.assign(new Error('ENOSPC: no space left on device'), { code: 'ENOSPC' });
    writeFileSync(path, content);
  });
  await expect(train({ ...run, resume: 'latest' })).rejects.toThrow(
    /step-000012: could not be written \(ENOSPC.*earlier checkpoints are untouched/,
  );
  spy.mockRestore();
  expect(readdirSync(join(run.runFolder, 'checkpoints')).sort()).toEqual(['step-000004', 'step-000008']);
  await expect(train({ ...run, resume: 'latest' })).resolves.toMatchObject({ stopped: 'finished' });
});

test('a position survives its encoding and says nothing of time or place', async () => {
  const { checkpoint, runFolder } = await stoppedRun();
  const text = readFileSync(join(checkpoint, 'position.json'), 'utf8');
  expect(encodePosition(decodePosition(text, 'position.json'))).toBe(text);
  expect(text).not.toContain(runFolder);
  expect(Object.keys(JSON.parse(text))).toEqual(
    expect.arrayContaining(['step', 'epoch', 'batch', 'seed', 'schedule', 'recipeHash', 'formatVersion', 'sha256']),
  );
});
