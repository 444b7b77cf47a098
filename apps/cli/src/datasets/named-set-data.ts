import {
  createEvaluationBatches,
  createTrainingBatches,
  patchWhitening,
  perPixelMean,
  type ImageSet,
} from '@resnet-ts/data-pipelines';
import { ArgumentError, expected, type ImageClassifier } from '@resnet-ts/tensor-ops';
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
        initialValues: (network) => measuredFilter(network, recipe, { training, mean }),
        preprocessing: { shape, mean, deviation: new Float32Array(channels).fill(1), classNames },
        broken: () => [],
      };
    },
  };
}

/** The filter that the recipe has measured, by its name; empty where it has none. */
function measuredFilter(
  network: ImageClassifier,
  { initialization }: Recipe,
  { training, mean }: { readonly training: ImageSet; readonly mean: Float32Array },
): Record<string, Float32Array> {
  if (initialization === undefined) return {};
  const { filter, images } = initialization;
  const [size = 0, width = 0, channels = 0, outputs = 0] =
    network.parameters.find(({ name }) => name === filter)?.shape ?? [];
  return { [filter]: patchWhitening(training, { mean, images, shape: [size, width, channels, outputs] }) };
}
