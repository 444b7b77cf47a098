import { ArgumentError, expected } from '@resnet-ts/tensor-ops';
import { z } from 'zod';

/** What `data.set` says of a run on images of any size in a folder; where they lie is told when it is started. */
export const IMAGE_FOLDER = 'image-folder';

/** The largest side of an image that a recipe may ask for, pixels. */
const MOST_SIZE = 4096;

const pixels = z.number().int().positive().max(MOST_SIZE);

/** A data set that lies in memory whole, such as CIFAR's. */
const namedSetSchema = z.strictObject({
  /** A name of the data-pipelines package, such as `cifar10`. */
  set: z
    .string()
    .min(1)
    .max(100)
    .refine((name) => name !== IMAGE_FOLDER),
  /** All training images, or 45,000 for training and 5,000 for choosing (paper §4.2). */
  split: z.enum(['full', 'train-validation']),
  augmentation: z.strictObject({
    /** Zeros on each side before the random crop, in pixels; 0 for no crop. */
    pad: z.number().int().min(0).max(256),
    /** Half of the images, drawn for each epoch; `alternate`: drawn for the first, then the other way round each time. */
    flip: z.literal([true, false, 'alternate']),
  }),
  normalization: z.enum(['per-pixel-mean']),
  /** Absent: the image as it is (paper, section 4.2). */
  evaluation: z.strictObject({ views: z.enum(['mirrored', 'shifted']) }).optional(),
});

/** How images of any size become training samples: the names of data-pipelines, the numbers here. */
const imageAugmentation = z.discriminatedUnion('kind', [
  /** The paper's (§3.4): the shorter side uniform within both bounds, a crop, mirrored, AlexNet's colours. */
  z.strictObject({
    kind: z.literal('paper'),
    shorterSide: z.tuple([pixels, pixels]).readonly(),
    /** AlexNet's change of colour, with components of the training set or the published ones. */
    colour: z.enum(['measured', 'published', 'none']),
  }),
  /** fb.resnet.torch's: a part of the area, its aspect changed; brightness, contrast and saturation; colours as above. */
  z.strictObject({ kind: z.literal('torch'), colour: z.enum(['measured', 'published', 'none']) }),
  /** torchvision's of its V1 weights: a part of the area, its aspect changed; mirrored. */
  z.strictObject({ kind: z.literal('torchvision') }),
]);

/** Images of any size in a folder, in archives or in parquet. */
const imageFolderSchema = z.strictObject({
  set: z.literal(IMAGE_FOLDER),
  /** Height and width of what the network sees, in training and in evaluation, pixels. */
  size: pixels,
  augmentation: imageAugmentation,
  /**
   * `per-pixel-mean`: the mean crop is subtracted (paper §3.4). `measured`: mean and deviation of each colour. Both are
   * of the training images. `imagenet`: the published mean and deviation of ImageNet.
   */
  normalization: z.enum(['per-pixel-mean', 'measured', 'imagenet']),
  /** Training images that means and colours are measured on, drawn by the seed; all of them where there are fewer. */
  measuredImages: z.number().int().positive().max(100_000_000),
  /** Evaluation scales the shorter side to this, pixels, and takes the centre. */
  evaluation: z.strictObject({ shorterSide: pixels }),
  /** An image that cannot be decoded: another one in its place and a line in the report, or the end of the run. */
  onBroken: z.enum(['skip', 'fail']),
});

/** The part of a recipe about data. Every object is strict. */
export const dataSchema = z.union([namedSetSchema, imageFolderSchema]).superRefine((data, context) => {
  if (!isImageFolder(data)) return;
  const { augmentation, evaluation, size } = data;
  const refuse = (path: readonly (string | number)[], wanted: string): void => {
    context.addIssue({ code: 'custom', path: [...path], message: `Invalid input: expected ${wanted}` });
  };
  if (evaluation.shorterSide < size) refuse(['evaluation', 'shorterSide'], `at least data.size, ${size},`);
  if (augmentation.kind !== 'paper') return;
  const [least, most] = augmentation.shorterSide;
  if (least < size) refuse(['augmentation', 'shorterSide', 0], `at least data.size, ${size},`);
  if (most < least) refuse(['augmentation', 'shorterSide', 1], `at least ${least}`);
});

/** The data of a recipe for a data set in memory. */
export type NamedSetData = z.infer<typeof namedSetSchema>;
/** The data of a recipe for images of any size. */
export type ImageFolderData = z.infer<typeof imageFolderSchema>;
/** The data of a recipe. */
export type RecipeData = NamedSetData | ImageFolderData;

/**
 * Whether a recipe's data are images of any size, which lie where the run is told, and not a data set in memory.
 *
 * @example
 * const { data } = namedRecipe('imagenet-paper');
 * if (isImageFolder(data)) console.log(data.size); // 224
 */
export function isImageFolder(data: RecipeData): data is ImageFolderData {
  return data.set === IMAGE_FOLDER;
}

/**
 * The data of a recipe for a data set in memory.
 *
 * @throws ArgumentError for one of images of any size
 * @example
 * const { pad } = namedSetData(namedRecipe('cifar10-paper')).augmentation; // 4
 */
export function namedSetData({ name, data }: { readonly name: string; readonly data: RecipeData }): NamedSetData {
  if (!isImageFolder(data)) return data;
  throw new ArgumentError(expected('a recipe for a data set in memory, such as CIFAR', 'recipe', name));
}
