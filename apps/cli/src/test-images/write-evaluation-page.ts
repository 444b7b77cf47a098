import { mkdir } from 'node:fs/promises';
import { dirname } from 'node:path';
import type { EvaluationReport } from '@resnet-ts/evaluation';
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
  const picture = async (index: number) => encodePicture(await images.image(index, side));
  const html = await evaluationPage({ title, report, picture });
  await mkdir(dirname(path), { recursive: true });
  await replaceFile(path, html);
  return path;
}
