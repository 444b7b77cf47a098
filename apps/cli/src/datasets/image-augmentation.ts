import {
  imagenetColours,
  paperAugmentation,
  torchAugmentation,
  torchvisionAugmentation,
  type ColourComponents,
  type ImageAugmentation,
} from '@resnet-ts/data-pipelines/images';
import type { ImageFolderData } from '@resnet-ts/training';

/** Deviation of AlexNet's change of colour along each component. */
const LIGHTING_DEVIATION = 0.1;

/**
 * The augmentation that a recipe names, with its numbers.
 *
 * @param measured the colours of the training images, where the recipe has them measured
 */
export function augmentationOf(
  { augmentation, size }: Pick<ImageFolderData, 'augmentation' | 'size'>,
  measured: ColourComponents | undefined,
): ImageAugmentation {
  switch (augmentation.kind) {
    case 'paper': {
      const crop = { kind: 'scale-crop', shorterSide: augmentation.shorterSide } as const;
      return withColour({ ...paperAugmentation, size, crop }, augmentation.colour, measured);
    }
    case 'torch':
      return withColour({ ...torchAugmentation, size }, augmentation.colour, measured);
    case 'torchvision':
      return { ...torchvisionAugmentation, size };
  }
}

/** Whether a recipe's augmentation needs the colours of its training images. */
export function wantsMeasuredColours({ augmentation }: Pick<ImageFolderData, 'augmentation'>): boolean {
  return augmentation.kind !== 'torchvision' && augmentation.colour === 'measured';
}

function withColour(
  { lighting: _published, ...augmentation }: ImageAugmentation,
  colour: 'measured' | 'published' | 'none',
  measured: ColourComponents | undefined,
): ImageAugmentation {
  const components = colour === 'published' ? imagenetColours : measured;
  if (colour === 'none' || components === undefined) return augmentation;
  return { ...augmentation, lighting: { deviation: LIGHTING_DEVIATION, components } };
}
