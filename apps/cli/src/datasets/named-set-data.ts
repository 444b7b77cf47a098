import { createEvaluationBatches, createTrainingBatches, perPixelMean } from '@resnet-ts/data-pipelines';
import { ArgumentError, expected } from '@resnet-ts/tensor-ops';
import { namedSetData, type Recipe } from '@resnet-ts/training';
import { findDataset } from './find-dataset.js';
import { loadSets } from './load-sets.js';
import type { FindDataOptions, TrainingData } from './training-data.js';

/** Images at a time while evaluating: changes speed and memory, not the result. */
const EVALUATION_BATCH_SIZE = 250;

/** A data set in memory, by its name: one of the registry, or one of the user's own. */
export async function findNamedSetData(recipe: Recipe, { data }: FindDataOptions): Promise<TrainingData> {
  const dataset = await findDataset(recipe.data.set, data);
  const { height, width, channels, classNames } = dataset;
  if (classNames.length !== recipe.classes) {
    const remedy = `${dataset.name} has ${classNames.length}: add --set classes=${classNames.length}`;
    throw new ArgumentError(expected(String(classNames.length), 'classes of the recipe', recipe.classes, remedy));
  }
  const shape = [height, width, channels] as const;
  return {
    recipe,
    inputShape: shape,
    async open({ workers }) {
      const { training, held, heldName } = await loadSets(recipe, dataset, data);
      const mean = perPixelMean(training);
      const heldBatches = createEvaluationBatches(held, {
        batchSize: Math.min(EVALUATION_BATCH_SIZE, held.count),
        mean,
      });
      return {
        training: createTrainingBatches(training, {
          ...{ batchSize: recipe.batchSize, seed: recipe.seed, mean, workers },
          augmentation: namedSetData(recipe).augmentation,
        }),
        held: { ...heldBatches, close: () => Promise.resolve() },
        heldName,
        preprocessing: { shape, mean, deviation: new Float32Array(channels).fill(1), classNames },
        broken: () => [],
      };
    },
  };
}
