import { readFile } from 'node:fs/promises';
import { decodeImage } from '@resnet-ts/data-pipelines/images';
import { DataError, expected } from '@resnet-ts/tensor-ops';
import type { ImageFolderData } from '@resnet-ts/training';
import { augmentationOf } from '../datasets/image-augmentation.js';

/**
 * Reads an image file as the evaluation of a run on images of any size does: scaled to the shorter side of its recipe,
 * by the kernel it was trained with, and the centre cut out.
 *
 * @returns `[size · size · 3]`, 0–255
 * @throws DataError for a file that is missing, no image, damaged or too large
 */
export async function decodeCentre(path: string, data: ImageFolderData): Promise<Uint8Array> {
  const bytes = await readFile(path).catch((cause: unknown) => {
    throw new DataError(path, expected('a readable file', 'the image', String(cause)), { cause });
  });
  const { kernel } = augmentationOf(data, undefined);
  const { shorterSide } = data.evaluation;
  const { values } = await decodeImage(bytes, { source: path, shorterSide, crop: data.size, kernel });
  return values;
}
