import { readFileSync, writeFileSync } from 'node:fs';
import { createTrainingBatches, perPixelMean } from '@resnet-ts/data-pipelines';
import { DataError, decodeSafetensors, encodeSafetensors } from '@resnet-ts/tensor-ops';
import type { Batch, NamedTensors, SafetensorsEntry } from '@resnet-ts/tensor-ops';
import { disposeTrainingState, initialTrainingState, trainStep, weightDecays } from '@resnet-ts/training';
import * as tf from '@tensorflow/tfjs-core';
import { networkOf } from '../network.js';
import type { ContenderSettings } from '../settings.js';
import { endlessBatches } from './endless-batches.js';
import { trainingImages } from './training-images.js';

const SEED = 1;

export interface Steps {
  /** Writes the initial state and the first `examples` images of the first batch as safetensors. */
  exportStart(file: string, examples: number): void;
  /** Loss and length of each parameter's update in one step from the state and on the batch of a file. */
  verify(file: string, learningRate: number): { loss: number; updates: Record<string, number> };
  /** Seconds and last loss of k further steps, data loading included. */
  run(steps: number): Promise<{ seconds: number; loss: number }>;
}

/** The loop of `resnet train` without logs and checkpoints: real batches, the real step. */
export async function createSteps(settings: ContenderSettings): Promise<Steps> {
  const network = networkOf(settings);
  const set = await trainingImages(settings);
  const source = createTrainingBatches(set, {
    batchSize: settings.batch,
    seed: SEED,
    mean: perPixelMean(set),
    augmentation: { pad: 4, flip: true },
  });
  const { momentum, weightDecay: decay } = settings;
  const recipe = {
    labelSmoothing: 0,
    ...(settings.checkpointing === null ? {} : { checkpointing: settings.checkpointing }),
    optimizer: { momentum, nesterov: true, weightDecay: decay, decay: 'weights', form: 'torch' },
  } as const;
  const weightDecay = weightDecays(network.parameters, recipe.optimizer);
  const next = endlessBatches(source);
  const first = await next();
  let state = initialTrainingState(network, SEED);

  const step = (batch: Batch, learningRate: number): number => {
    const labels = batch.labels.dataSync();
    const result = trainStep({ network, recipe, state, batch, labels, learningRate, weightDecay });
    if (!('state' in result)) throw new Error(`the loss became ${result.loss} at ${result.nonFinite}`);
    state = result.state;
    return result.loss;
  };

  return {
    exportStart(file, examples) {
      disposeTrainingState(state);
      state = initialTrainingState(network, SEED);
      const entries: Record<string, SafetensorsEntry> = {};
      for (const [name, tensor] of Object.entries({ ...state.network.parameters, ...state.network.buffers })) {
        entries[name] = { dtype: 'F32', shape: tensor.shape, data: tensor.dataSync<'float32'>() };
      }
      const [, ...shape] = first.images.shape;
      const values = shape.reduce((product, length) => product * length, examples);
      const images = first.images.dataSync<'float32'>().subarray(0, values);
      const labels = first.labels.dataSync<'int32'>().subarray(0, examples);
      entries['images'] = { dtype: 'F32', shape: [examples, ...shape], data: images };
      entries['labels'] = { dtype: 'I32', shape: [examples], data: labels };
      writeFileSync(file, encodeSafetensors(entries));
    },
    verify(file, learningRate) {
      const start = readStart(file);
      disposeTrainingState(state);
      const initial = initialTrainingState(network, SEED);
      state = {
        velocities: initial.velocities,
        network: {
          parameters: replaced(initial.network.parameters, start.tensors),
          buffers: replaced(initial.network.buffers, start.tensors),
        },
      };
      const loss = step(start.batch, learningRate);
      tf.dispose([start.batch.images, start.batch.labels]);
      const updates = Object.entries(state.network.parameters).map(([name, tensor]) => {
        return [name, distance(tensor.dataSync(), start.tensors[name]?.data ?? [])] as const;
      });
      return { loss, updates: Object.fromEntries(updates) };
    },
    async run(steps) {
      let loss = Number.NaN;
      const start = performance.now();
      for (let k = 0; k < steps; k += 1) {
        const batch = await next();
        loss = step(batch, settings.learningRate);
        batch.images.dispose();
        batch.labels.dispose();
      }
      return { seconds: (performance.now() - start) / 1000, loss };
    },
  };
}

function readStart(file: string): { batch: Batch; tensors: Readonly<Record<string, SafetensorsEntry>> } {
  const { images, labels, ...tensors } = decodeSafetensors(readFileSync(file), file).tensors;
  if (images === undefined || labels === undefined) throw new DataError(file, 'expected images and labels in it');
  return {
    batch: {
      images: tf.tensor4d(images.data as Float32Array, [...images.shape] as [number, number, number, number]),
      labels: tf.tensor1d(labels.data as Int32Array, 'int32'),
    },
    tensors,
  };
}

/** The same tensors with the values of a file; the old ones are disposed. */
function replaced(tensors: NamedTensors, values: Readonly<Record<string, SafetensorsEntry>>): NamedTensors {
  const fresh = Object.entries(tensors).map(([name, tensor]) => {
    const entry = values[name];
    if (entry === undefined) throw new RangeError(`expected ${name} in the exported state`);
    tensor.dispose();
    return [name, tf.tensor(entry.data, [...entry.shape])] as const;
  });
  return Object.fromEntries(fresh);
}

function distance(a: ArrayLike<number>, b: ArrayLike<number>): number {
  let sum = 0;
  for (let at = 0; at < a.length; at += 1) sum += ((a[at] ?? 0) - (b[at] ?? 0)) ** 2;
  return Math.sqrt(sum);
}
