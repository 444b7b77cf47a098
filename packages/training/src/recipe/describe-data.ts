import { isImageFolder, type ImageFolderData, type NamedSetData, type RecipeData } from './data-schema.js';
import type { RecipeLine } from './describe-recipe.js';

/** The data of a recipe in words: images, augmentation, normalization. */
export function describeData(data: RecipeData): RecipeLine[] {
  return isImageFolder(data) ? describeImageFolder(data) : describeNamedSet(data);
}

const VIEWS = {
  mirrored: 'logits averaged over each image and its mirror image',
  shifted: 'logits averaged over six views: as it is, moved by a pixel to either side, each also mirrored',
} as const;

function describeNamedSet({ set, split, augmentation: { pad, flip }, evaluation }: NamedSetData): RecipeLine[] {
  const images = split === 'full' ? 'all training images' : 'training part of the train/validation split';
  const mirrored = flip === 'alternate' ? 'alternating horizontal flip' : 'random horizontal flip';
  const parts = [pad > 0 ? `pad ${pad} pixels, random crop` : '', flip === false ? '' : mirrored];
  return [
    { label: 'data', value: `${set}, ${images}` },
    { label: 'augmentation', value: parts.filter((part) => part !== '').join(', ') || 'none' },
    { label: 'normalization', value: 'per-pixel mean subtracted' },
    ...(evaluation === undefined ? [] : [{ label: 'evaluation', value: VIEWS[evaluation.views] }]),
  ];
}

const NORMALIZATIONS = {
  'per-pixel-mean': 'per-pixel mean of the training images subtracted',
  measured: 'mean and deviation of each colour, of the training images',
  imagenet: 'published mean and deviation of ImageNet’s colours',
} as const;

function describeImageFolder(data: ImageFolderData): RecipeLine[] {
  const { size, evaluation, normalization, measuredImages, onBroken } = data;
  const measured = normalization === 'imagenet' ? '' : `, measured on at most ${measuredImages} images`;
  return [
    {
      label: 'data',
      value: `images of any size, ${onBroken === 'skip' ? 'broken ones skipped' : 'a broken one ends the run'}`,
    },
    { label: 'augmentation', value: describeAugmentation(data) },
    { label: 'normalization', value: `${NORMALIZATIONS[normalization]}${measured}` },
    { label: 'evaluation', value: `shorter side ${evaluation.shorterSide} pixels, centre ${size} × ${size}` },
  ];
}

function describeAugmentation({ augmentation, size }: ImageFolderData): string {
  const area = `random area and aspect to ${size} × ${size}`;
  switch (augmentation.kind) {
    case 'paper': {
      const scale = `shorter side uniform in [${augmentation.shorterSide.join(', ')}], random crop ${size} × ${size}`;
      return `${scale}, random horizontal flip${describeColour(augmentation.colour)}`;
    }
    case 'torch':
      return `${area}, random horizontal flip, colour jitter${describeColour(augmentation.colour)}`;
    case 'torchvision':
      return `${area}, random horizontal flip`;
  }
}

function describeColour(colour: 'measured' | 'published' | 'none'): string {
  if (colour === 'none') return '';
  return `, AlexNet's colours with ${colour === 'measured' ? "the training set's" : 'published'} components`;
}
