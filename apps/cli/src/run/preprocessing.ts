import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { ImageStatistics } from '@resnet-ts/data-pipelines/images';
import { DataError, decodeSafetensors, encodeSafetensors, expected } from '@resnet-ts/tensor-ops';
import { replaceFile } from '@resnet-ts/training';
import { z } from 'zod';

/** Principal components of colours, as `@resnet-ts/data-pipelines/images` has them. */
type Colours = ImageStatistics['colours'];

/** Where the images of a run lay and what was measured of them: a resumed run takes the same. */
export interface ImagesOfRun {
  /** The folder, absolute. */
  readonly folder: string;
  /** SHA-256 of names and labels of the training images. */
  readonly digest: string;
  /** Of the training images, where the recipe has them measured. */
  readonly colours?: Colours | undefined;
}

/** What happens to an image before the network sees it, and what its outputs mean. */
export interface Preprocessing {
  /** `[H, W, C]` of the data set. */
  readonly shape: readonly [height: number, width: number, channels: number];
  /** Mean of the training images at each pixel, `[H · W · C]`, 0–255 (paper §3.4); where it is one a colour, repeated. */
  readonly mean: Float32Array;
  /** What pixels without the mean are divided by, `[C]`; ones where nothing is divided, as in the paper. */
  readonly deviation: Float32Array;
  readonly classNames: readonly string[];
  /** Of a run on images of any size. */
  readonly images?: ImagesOfRun | undefined;
}

const namesSchema = z.array(z.string());

const triple = z.tuple([z.number(), z.number(), z.number()]);
const imagesSchema = z.object({
  folder: z.string().min(1),
  digest: z.string().regex(/^[0-9a-f]{64}$/),
  colours: z.object({ eigenvalues: triple, eigenvectors: z.tuple([triple, triple, triple]) }).optional(),
});

const preprocessingPath = (runFolder: string): string => join(runFolder, 'preprocessing.safetensors');

/** Whether a run folder has one: without it, nothing of the run was computed yet. */
export function hasPreprocessing(runFolder: string): boolean {
  return existsSync(preprocessingPath(runFolder));
}

/** Writes what `predict` needs beside the weights into the run folder, so that it needs no data set. */
export async function writePreprocessing(
  runFolder: string,
  { shape, mean, deviation, classNames, images }: Preprocessing,
): Promise<void> {
  const bytes = encodeSafetensors(
    {
      mean: { dtype: 'F32', shape: [...shape], data: mean },
      deviation: { dtype: 'F32', shape: [shape[2]], data: deviation },
    },
    {
      format: 'resnet-ts preprocessing',
      classNames: JSON.stringify(classNames),
      ...(images === undefined ? {} : { images: JSON.stringify(images) }),
    },
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
  // Runs from before there was a deviation only subtracted.
  const deviation = tensors['deviation']?.data ?? new Float32Array(channels).fill(1);
  if (!(deviation instanceof Float32Array) || deviation.length !== channels || !deviation.every((value) => value > 0)) {
    throw new DataError(path, expected(`F32 of ${channels} values above 0`, 'tensor deviation', deviation));
  }
  const images = metadata?.['images'];
  return {
    shape: [height, width, channels],
    mean: mean.data,
    deviation,
    classNames: parseField(namesSchema, metadata?.['classNames'], {
      path,
      field: 'classNames',
      what: 'a JSON list of names',
    }),
    images:
      images === undefined
        ? undefined
        : parseField(imagesSchema, images, { path, field: 'images', what: 'folder, digest and colours as JSON' }),
  };
}

function parseField<Value>(
  schema: z.ZodType<Value>,
  text: string | undefined,
  { path, field, what }: { readonly path: string; readonly field: string; readonly what: string },
): Value {
  try {
    return schema.parse(JSON.parse(text ?? ''));
  } catch (cause) {
    throw new DataError(path, expected(what, field, text), { cause });
  }
}
