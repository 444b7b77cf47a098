import { resolve } from 'node:path';
import {
  createImageEvaluationBatches,
  createImageTrainingBatches,
  openImageSets,
  sourceDigest,
  type ImageNormalization,
  type ImageSets,
  type RefusedImage,
} from '@resnet-ts/data-pipelines/images';
import { expected } from '@resnet-ts/tensor-ops';
import type { ImageFolderData, Recipe } from '@resnet-ts/training';
import { CheckpointError } from '../run/checkpoint-error.js';
import { hasPreprocessing, readPreprocessing, type Preprocessing } from '../run/preprocessing.js';
import { augmentationOf } from './image-augmentation.js';
import { measurePreprocessing } from './measure-preprocessing.js';
import type { FindDataOptions, TrainingData } from './training-data.js';
import { USUAL_DATA } from './usual-data.js';

/** Images at a time while evaluating, 30 MB at 224 × 224: changes speed and memory, not the result. */
const EVALUATION_BATCH_SIZE = 50;

/** Files that are no images, told one by one; of more, only how many. */
const MOST_TOLD = 3;

/**
 * Images of any size in the folder that `--data` names. A resumed run finds them where they were, unless told of
 * another place, and takes the mean and the colours that were measured when it began.
 */
export async function findImageFolderData(
  wanted: Recipe,
  data: ImageFolderData,
  { data: folder, runFolder, note }: FindDataOptions,
): Promise<TrainingData> {
  const recorded =
    runFolder !== undefined && hasPreprocessing(runFolder) ? await readPreprocessing(runFolder) : undefined;
  const path = folder === USUAL_DATA ? (recorded?.images?.folder ?? folder) : folder;
  const sets = await openImageSets(path);
  const classes = sets.train.classNames.length;
  const digest = sourceDigest(sets.train);
  checkSameImages(recorded, { digest, path });
  tellPassedOver([...sets.train.passedOver, ...sets.validation.passedOver], note);
  if (classes !== wanted.classes) note(`${classes} classes in ${path}: the network has as many outputs`);
  const recipe = { ...wanted, classes };
  return {
    recipe,
    inputShape: [data.size, data.size, 3],
    async open({ workers }) {
      const images = { folder: resolve(path), digest };
      const preprocessing =
        recorded ?? (await measurePreprocessing(sets.train, data, { seed: recipe.seed, workers, images, note }));
      return { ...createBatches({ sets, recipe, data, preprocessing, workers }), preprocessing };
    },
  };
}

function tellPassedOver(passedOver: readonly RefusedImage[], note: (line: string) => void): void {
  for (const { id, reason } of passedOver.slice(0, MOST_TOLD)) note(`passed over ${id}: ${reason}`);
  if (passedOver.length > MOST_TOLD) note(`passed over ${passedOver.length - MOST_TOLD} more files`);
}

function checkSameImages(recorded: Preprocessing | undefined, found: { digest: string; path: string }): void {
  if (recorded?.images === undefined || recorded.images.digest === found.digest) return;
  const remedy = 'a run goes on with the very images it began with; start a new one for others';
  throw new CheckpointError(
    expected(`the training images of ${recorded.images.folder}`, '--data', `others in ${found.path}`, remedy),
  );
}

function createBatches({
  sets,
  recipe,
  data,
  preprocessing,
  workers,
}: {
  readonly sets: ImageSets;
  readonly recipe: Recipe;
  readonly data: ImageFolderData;
  readonly preprocessing: Preprocessing;
  readonly workers: number;
}) {
  const { train, validation } = sets;
  const normalization = normalizationOf(data, preprocessing);
  const augmentation = augmentationOf(data, preprocessing.images?.colours);
  const shared = { normalization, workers, onBroken: data.onBroken };
  const training = createImageTrainingBatches(train, {
    ...{ ...shared, batchSize: recipe.batchSize, seed: recipe.seed, augmentation },
  });
  const held = createImageEvaluationBatches(validation, {
    ...{ ...shared, batchSize: Math.min(EVALUATION_BATCH_SIZE, validation.count), kernel: augmentation.kernel },
    ...{ size: data.size, shorterSide: data.evaluation.shorterSide },
  });
  return {
    training,
    held,
    heldName: 'validation images',
    broken: () => [
      ...training.broken().map((image) => ({ set: 'training' as const, ...image })),
      ...held.broken().map((image) => ({ set: 'validation' as const, ...image })),
    ],
  };
}

/** One mean a colour where the recipe has one: a table of 256 results is faster than 50,176 subtractions. */
function normalizationOf({ normalization }: ImageFolderData, { mean, deviation }: Preprocessing): ImageNormalization {
  return { mean: normalization === 'per-pixel-mean' ? mean : mean.slice(0, 3), deviation: [...deviation] };
}
