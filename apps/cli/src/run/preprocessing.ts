import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { DataError, decodeSafetensors, encodeSafetensors, expected } from '@resnet-ts/tensor-ops';
import { replaceFile } from '@resnet-ts/training';
import { z } from 'zod';

/** What happens to an image before the network sees it, and what its outputs mean. */
export interface Preprocessing {
  /** `[H, W, C]` of the data set. */
  readonly shape: readonly [height: number, width: number, channels: number];
  /** Mean of the training images at each pixel, `[H · W · C]`, 0–255 (paper §3.4). */
  readonly mean: Float32Array;
  readonly classNames: readonly string[];
}

const classNamesSchema = z.array(z.string());

const preprocessingPath = (runFolder: string): string => join(runFolder, 'preprocessing.safetensors');

/** Writes what `predict` needs beside the weights into the run folder, so that it needs no data set. */
export async function writePreprocessing(runFolder: string, { shape, mean, classNames }: Preprocessing): Promise<void> {
  const bytes = encodeSafetensors(
    { mean: { dtype: 'F32', shape: [...shape], data: mean } },
    { format: 'resnet-ts preprocessing', classNames: JSON.stringify(classNames) },
  );
  await replaceFile(preprocessingPath(runFolder), bytes);
}

/**
 * Reads what {@link writePreprocessing} wrote.
 *
 * @throws DataError naming the file and the field at fault
 */
export async function readPreprocessing(runFolder: string): Promise<Preprocessing> {
  const path = preprocessingPath(runFolder);
  const bytes = await readFile(path).catch((cause: unknown) => {
    throw new DataError(path, 'expected the preprocessing of the run, found no readable file', { cause });
  });
  const { tensors, metadata } = decodeSafetensors(bytes, path);
  const mean = tensors['mean'];
  const [height, width, channels] = mean?.shape ?? [];
  if (!(mean?.data instanceof Float32Array) || height === undefined || width === undefined || channels === undefined) {
    throw new DataError(path, expected('F32 of shape [height, width, channels]', 'tensor mean', mean?.shape));
  }
  return {
    shape: [height, width, channels],
    mean: mean.data,
    classNames: parseClassNames(metadata?.['classNames'], path),
  };
}

function parseClassNames(text: string | undefined, path: string): readonly string[] {
  try {
    return classNamesSchema.parse(JSON.parse(text ?? ''));
  } catch (cause) {
    throw new DataError(path, expected('a JSON list of names', 'classNames', text), { cause });
  }
}
