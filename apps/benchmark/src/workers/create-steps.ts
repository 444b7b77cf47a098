import { createNetwork } from '@resnet-ts/architectures';
import { createTrainingBatches, loadDataset, perPixelMean } from '@resnet-ts/data-pipelines';
import type { ImageSet } from '@resnet-ts/data-pipelines';
import { createCounterRandom, encodeSafetensors } from '@resnet-ts/tensor-ops';
import type { Batch, BatchSource, SafetensorsEntry } from '@resnet-ts/tensor-ops';
import { disposeTrainingState, initialTrainingState, trainStep, weightDecays } from '@resnet-ts/training';
import { dirname } from 'node:path';
import type { StepSettings } from '../step-settings.js';

const SEED = 1;

export interface Steps {
  /** The initial state and the first batch as safetensors, for the other contenders. */
  exportStart(): Promise<Uint8Array>;
  /** Losses of two steps on the first batch, from the initial state. */
  verify(): number[];
  /** Seconds and last loss of k further steps, data loading included. */
  run(steps: number): Promise<{ seconds: number; loss: number }>;
}

/** The loop of `resnet train` without logs and checkpoints: real batches, the real step. */
export async function createSteps(settings: StepSettings): Promise<Steps> {
  const network = createNetwork(settings.network, { classes: settings.classes });
  const set = await trainingImages(settings);
  const source = createTrainingBatches(set, {
    batchSize: settings.batch,
    seed: SEED,
    mean: perPixelMean(set),
    augmentation: { pad: 4, flip: true },
  });
  const recipe = {
    labelSmoothing: 0,
    optimizer: {
      momentum: settings.momentum,
      nesterov: true,
      weightDecay: settings.weightDecay,
      decay: 'weights',
      form: 'torch',
    },
  } as const;
  const weightDecay = weightDecays(network.parameters, recipe.optimizer);
  const next = endless(source);
  const first = await next();
  let state = initialTrainingState(network, SEED);

  const step = (batch: Batch): number => {
    const labels = batch.labels.dataSync();
    const { learningRate } = settings;
    const result = trainStep({ network, recipe, state, batch, labels, learningRate, weightDecay });
    if (!('state' in result)) throw new Error(`the loss became ${result.loss} at ${result.nonFinite}`);
    state = result.state;
    return result.loss;
  };

  return {
    async exportStart() {
      disposeTrainingState(state);
      state = initialTrainingState(network, SEED);
      const entries: Record<string, SafetensorsEntry> = {};
      for (const [name, tensor] of Object.entries({ ...state.network.parameters, ...state.network.buffers })) {
        entries[name] = { dtype: 'F32', shape: tensor.shape, data: (await tensor.data()) as Float32Array };
      }
      entries['images'] = { dtype: 'F32', shape: first.images.shape, data: first.images.dataSync() as Float32Array };
      entries['labels'] = { dtype: 'I32', shape: first.labels.shape, data: first.labels.dataSync() as Int32Array };
      return encodeSafetensors(entries);
    },
    verify: () => [step(first), step(first)],
    async run(steps) {
      let loss = Number.NaN;
      const start = performance.now();
      for (let k = 0; k < steps; k += 1) {
        const batch = await next();
        loss = step(batch);
        batch.images.dispose();
        batch.labels.dispose();
      }
      return { seconds: (performance.now() - start) / 1000, loss };
    },
  };
}

/** Batch after batch, epoch after epoch. */
function endless(source: BatchSource): () => Promise<Batch> {
  let epoch = 0;
  let current = source.epoch(epoch).iterator();
  return async () => {
    for (;;) {
      const { value, done } = await (await current).next();
      if (done !== true) return value;
      epoch += 1;
      current = source.epoch(epoch).iterator();
    }
  };
}

async function trainingImages(settings: StepSettings): Promise<ImageSet> {
  if (settings.cifarFolder !== null) {
    return (await loadDataset('cifar10', { directory: dirname(settings.cifarFolder) })).train;
  }
  const { examples: count, imageSize, classes } = settings;
  const random = createCounterRandom({ seed: SEED, purpose: 'synthetic images' });
  const images = Uint8Array.from({ length: count * imageSize * imageSize * 3 }, (_, at) => random.uint32(at) >>> 24);
  const labels = Uint8Array.from({ length: count }, (_, at) => random.uint32(at, 1) % Math.min(classes, 256));
  return { images, labels, count, height: imageSize, width: imageSize, channels: 3, classes };
}
