import type { ResamplingKernel } from '../images/resampling-weights.js';

/** Principal components of the colours of a training set, for pixels in [0, 1]. */
export interface ColourComponents {
  /** Of the covariance of red, green and blue, largest first. */
  readonly eigenvalues: readonly [number, number, number];
  /** One row a colour, one column an eigenvector. */
  readonly eigenvectors: readonly (readonly [number, number, number])[];
}

/** AlexNet's colour augmentation: to every pixel is added Σ pᵢ aᵢ λᵢ, with aᵢ normal and drawn once a sample. */
export interface Lighting {
  /** Standard deviation of aᵢ: 0.1 in AlexNet's paper. */
  readonly deviation: number;
  readonly components: ColourComponents;
}

/** Each factor is uniform in [1 − x, 1 + x]; the order of the three is drawn too. */
export interface ColourJitter {
  readonly brightness: number;
  readonly contrast: number;
  readonly saturation: number;
}

/** How an image is cropped at random. */
export type RandomCrop =
  /** Scaled so that the shorter side is a whole number of pixels, uniform within both bounds; then a window of it. */
  | { readonly kind: 'scale-crop'; readonly shorterSide: readonly [number, number] }
  /** A rectangle of a part of the image's area, uniform, and of an aspect, log-uniform; then scaled to the size. */
  | {
      readonly kind: 'area-crop';
      readonly area: readonly [number, number];
      readonly aspect: readonly [number, number];
    };

/** Training-time augmentation of images of any size. */
export interface ImageAugmentation {
  /** Height and width of a sample, pixels. */
  readonly size: number;
  readonly crop: RandomCrop;
  /** Mirror half of the samples, left to right. */
  readonly flip: boolean;
  readonly jitter?: ColourJitter;
  readonly lighting?: Lighting;
  readonly kernel: ResamplingKernel;
}

/** The constants in wide use, from fb.resnet.torch (`datasets/imagenet.lua`), for pixels in [0, 1]. */
export const imagenetColours: ColourComponents = {
  eigenvalues: [0.2175, 0.0188, 0.0045],
  eigenvectors: [
    [-0.5675, 0.7192, 0.4009],
    [-0.5808, -0.0045, -0.814],
    [-0.5836, -0.6948, 0.4203],
  ],
};

/** ImageNet's mean colour and its deviation, in units of bytes (0.485, 0.456, 0.406 and 0.229, 0.224, 0.225 of 255). */
export const imagenetNormalization = {
  mean: [123.675, 116.28, 103.53],
  deviation: [58.395, 57.12, 57.375],
} as const;

/** The paper's (§3.4): shorter side in [256, 480], a 224 × 224 crop, mirrored, AlexNet's colours. */
export const paperAugmentation: ImageAugmentation = {
  size: 224,
  crop: { kind: 'scale-crop', shorterSide: [256, 480] },
  flip: true,
  lighting: { deviation: 0.1, components: imagenetColours },
  kernel: 'cubic',
};

/** fb.resnet.torch's: area and aspect, colour jitter in random order, lighting. */
export const torchAugmentation: ImageAugmentation = {
  size: 224,
  crop: { kind: 'area-crop', area: [0.08, 1], aspect: [3 / 4, 4 / 3] },
  flip: true,
  jitter: { brightness: 0.4, contrast: 0.4, saturation: 0.4 },
  lighting: { deviation: 0.1, components: imagenetColours },
  kernel: 'cubic',
};

/** torchvision's, of its V1 weights: area and aspect, mirrored, no change of colour. */
export const torchvisionAugmentation: ImageAugmentation = {
  size: 224,
  crop: { kind: 'area-crop', area: [0.08, 1], aspect: [3 / 4, 4 / 3] },
  flip: true,
  kernel: 'linear',
};
