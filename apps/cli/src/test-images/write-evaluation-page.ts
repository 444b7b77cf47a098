import { mkdir } from 'node:fs/promises';
import { dirname } from 'node:path';
import type { EvaluationReport } from '@resnet-ts/evaluation';
import { DataError, expected } from '@resnet-ts/tensor-ops';
import { replaceFile } from '@resnet-ts/training';
import { encodePicture } from './encode-picture.js';
import type { OpenedImages } from './opened-images.js';

/** Shorter side of pictures of large images, pixels: what a page shows, for sharp screens. */
const PICTURE_SIDE = 256;

/**
 * Writes an evaluation as a page of its own, the worst mistakes as pictures.
 *
 * @returns the path
 */
export async function writeEvaluationPage(
  path: string,
  { title, report, images }: { title: string; report: EvaluationReport; images: OpenedImages },
): Promise<string> {
  // The chart libraries take half a second to load.
  const { evaluationPage } = await import('@resnet-ts/evaluation/drawings');
  const side = images.set === undefined ? PICTURE_SIDE : Math.min(images.set.height, images.set.width);
  const picture = async (index: number) => {
    const image = await images.image(index, side);
    // Only images that were evaluated are asked for.
    if (image === undefined)
      throw new DataError(images.id(index), expected('a whole image', 'the image', 'a broken one'));
    return encodePicture(image);
  };
  const html = await evaluationPage({ title, report, picture });
  await mkdir(dirname(path), { recursive: true });
  await replaceFile(path, html);
  return path;
}
