import { join } from 'node:path';
import { DataError, expected } from '@resnet-ts/tensor-ops';
import { isImageFolder } from '@resnet-ts/training';
import { USUAL_DATA } from '../datasets/usual-data.js';
import { hasPreprocessing, readPreprocessing, type ImagesOfRun } from '../run/preprocessing.js';
import type { PlannedRun } from './planned-run.js';

/** A run that has begun, and the images it was begun with. */
interface BegunRun {
  readonly runFolder: string;
  readonly images: ImagesOfRun;
}

/**
 * Makes sure that runs which are put in one report, and tested on the images of `data`, were all trained on the training
 * images there: folders of runs are named by network and seed alone. Without `--data`, that they agree with one another.
 * Images are the same where their names and labels are.
 *
 * @param root folder of the runs
 * @throws DataError naming the first run on other images
 */
export async function checkImagesOfRuns(root: string, plans: readonly PlannedRun[], data: string): Promise<void> {
  const begun = await readBegunRuns(root, plans);
  const [first] = begun;
  if (first === undefined) return;
  const wanted = data === USUAL_DATA ? first.images : await imagesIn(data);
  const other = begun.find(({ images }) => images.digest !== wanted.digest);
  if (other === undefined) return;
  const remedy = 'use another --out for other images, or move the run away';
  throw new DataError(
    other.runFolder,
    expected(`the training images of ${wanted.folder}`, 'the run', `those of ${other.images.folder}`, remedy),
  );
}

async function readBegunRuns(root: string, plans: readonly PlannedRun[]): Promise<BegunRun[]> {
  const begun: BegunRun[] = [];
  for (const { folder, recipe } of plans) {
    const runFolder = join(root, folder);
    if (!isImageFolder(recipe.data) || !hasPreprocessing(runFolder)) continue;
    const { images } = await readPreprocessing(runFolder);
    if (images !== undefined) begun.push({ runFolder, images });
  }
  return begun;
}

async function imagesIn(folder: string): Promise<Pick<ImagesOfRun, 'folder' | 'digest'>> {
  // CIFAR's experiments never need the codecs behind this entry.
  const { openImageSets, sourceDigest } = await import('@resnet-ts/data-pipelines/images');
  const { train } = await openImageSets(folder);
  return { folder, digest: sourceDigest(train) };
}
