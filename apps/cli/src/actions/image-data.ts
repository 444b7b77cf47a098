import { writeFile } from 'node:fs/promises';
import { extname } from 'node:path';
import { checkImages, openImageSets, renderSamples, type ImageSource } from '@resnet-ts/data-pipelines/images';
import { ArgumentError, DataError, createCounterRandom, expected } from '@resnet-ts/tensor-ops';
import { isImageFolder } from '@resnet-ts/training';
import type { CheckOptions, SamplesOptions } from '../commands/image-data.js';
import { augmentationOf, wantsMeasuredColours } from '../datasets/image-augmentation.js';
import { measurePreprocessing } from '../datasets/measure-preprocessing.js';
import { samplesPage } from '../datasets/samples-page.js';
import { formatCount } from '../format.js';
import { createOutput } from '../output.js';
import { countProgress } from '../progress/count-progress.js';
import { recipeFromOptions } from '../recipe-from-options.js';
import { formatTable } from '../table.js';

/** Broken images told on the terminal; the JSON has all. */
const MOST_TOLD = 10;

/** Images that colours are measured on for a contact sheet: the eye sees no difference to more. */
const MEASURED_FOR_SHEET = 200;

/** `resnet data check`: decodes every image of a folder once. */
export async function checkAction(folder: string, { json = false }: CheckOptions): Promise<void> {
  const { layout, train, validation } = await openImageSets(folder);
  const parts = [await checkPart('training', train), await checkPart('validation', validation)];
  const result = { folder, layout, classes: train.classNames.length, parts };
  createOutput(json).result(result, () =>
    [
      `${layout}, ${result.classes} classes`,
      formatTable(
        [
          { head: 'set' },
          { head: 'images', align: 'right' },
          { head: 'broken', align: 'right' },
          { head: 'passed over', align: 'right' },
        ],
        parts.map(({ set, images, broken, passedOver }) => [
          set,
          formatCount(images),
          formatCount(broken.length),
          formatCount(passedOver.length),
        ]),
      ),
      ...parts.flatMap(({ broken }) => broken.slice(0, MOST_TOLD).map(({ id, reason }) => `${id}: ${reason}`)),
    ].join('\n'),
  );
  const broken = parts.reduce((sum, part) => sum + part.broken.length, 0);
  if (broken === 0) return;
  const remedy = 'replace or remove them, or train with data.onBroken=skip, which counts and replaces them';
  throw new DataError(folder, `${broken === 1 ? '1 image' : `${broken} images`} cannot be decoded; ${remedy}`);
}

/** Decodes one part, and says what was found. */
async function checkPart(set: 'training' | 'validation', source: ImageSource) {
  const progress = countProgress(source.count, `${set} images`);
  try {
    const { broken } = await checkImages(source, { onProgress: (done) => progress.update(done) });
    return { set, images: source.count, broken, passedOver: source.passedOver };
  } finally {
    progress.stop();
  }
}

/** `resnet data samples`: a contact sheet of images as a recipe augments them. */
export async function samplesAction(folder: string, options: SamplesOptions): Promise<void> {
  const output = createOutput(options.json ?? false);
  if (extname(options.out).toLowerCase() !== '.html') {
    throw new ArgumentError(expected('a file that ends in .html', '--out', options.out));
  }
  const recipe = await recipeFromOptions(options);
  const { data, seed } = recipe;
  if (!isImageFolder(data)) {
    throw new ArgumentError(
      expected('a recipe for images of any size', '--recipe', recipe.name, 'such as imagenet-paper'),
    );
  }
  const { train } = await openImageSets(folder);
  const images = createCounterRandom({ seed, purpose: 'contact-sheet' })
    .permutation(train.count)
    .subarray(0, Math.min(options.images, train.count));
  const measured = { ...data, measuredImages: Math.min(MEASURED_FOR_SHEET, data.measuredImages) };
  const colours = wantsMeasuredColours(data)
    ? (
        await measurePreprocessing(
          train,
          { ...measured, onBroken: 'skip' },
          { seed, workers: 1, images: { folder, digest: '' }, note: output.note },
        )
      ).images?.colours
    : undefined;
  const augmentation = augmentationOf(data, colours);
  const { rows, broken } = await renderSamples(train, { images, augmentation, epochs: options.epochs, seed });
  const page = await samplesPage({ recipe, source: train, size: data.size, rows });
  await writeFile(options.out, page);
  for (const { id, reason } of broken) output.note(`left out ${id}: ${reason}`);
  const result = { page: options.out, images: rows.length, epochs: options.epochs, broken };
  output.result(result, () => `${rows.length} images in ${options.epochs} epochs each: ${options.out}`);
}
