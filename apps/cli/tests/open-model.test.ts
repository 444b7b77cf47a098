import { rmSync } from 'node:fs';
import { join } from 'node:path';
import * as tf from '@tensorflow/tfjs-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { disposeModel, openModel } from '../src/run/open-model.js';
import { trainShades, type TrainedShades } from './trained-shades.js';

describe('openModel', () => {
  let shades: TrainedShades;
  beforeAll(async () => {
    // The average is the model; trained weights and velocities lie beside it.
    shades = await trainShades('--ema', '0.9');
  });
  afterAll(() => shades.remove());

  it('keeps the tensors of the model alone, and none after it is disposed', async () => {
    const before = tf.memory();
    const model = await openModel(shades.runFolder);
    const { parameters, buffers } = model.network;
    const opened = tf.memory();
    expect(opened.numTensors - before.numTensors).toBe(parameters.length + buffers.length);
    const values = [...parameters, ...buffers].reduce(
      (sum, { shape }) => sum + tf.util.sizeFromShape(shape as number[]),
      0,
    );
    expect(opened.numBytes - before.numBytes).toBe(4 * values);
    disposeModel(model);
    expect(tf.memory()).toMatchObject({ numTensors: before.numTensors, numBytes: before.numBytes });
  });

  it('leaves nothing behind of a run that it refuses', async () => {
    const before = tf.memory().numTensors;
    const last = join(shades.runFolder, 'checkpoints', 'step-000006');
    rmSync(join(last, 'training.safetensors'));
    await expect(openModel(last)).rejects.toThrow('training.safetensors');
    expect(tf.memory().numTensors).toBe(before);
  });
});
