import { createCounterRandom } from '@resnet-ts/tensor-ops';
import type { ImageAugmentation, Lighting, RandomCrop } from './image-augmentation.js';
import type { FrameDraw, JitterDraw, SampleDraw } from './sample-draw.js';

/** torchvision and fb.resnet.torch both give up after ten and take the centre. */
const AREA_ATTEMPTS = 10;

interface DrawOptions {
  readonly seed: number;
  readonly epoch: number;
}

/**
 * The augmentation of one epoch. Each number is a pure function of (seed, epoch, sample, purpose); who draws it, when
 * and in what order changes nothing.
 *
 * @returns a function from a sample's index to its draw
 */
export function drawSamples(
  { size, crop, flip, jitter, lighting }: ImageAugmentation,
  options: DrawOptions,
): (sample: number) => SampleDraw {
  const frame = drawFrames(crop, size, options);
  const mirror = createCounterRandom({ ...options, purpose: 'horizontal-flip' });
  const colours = jitter === undefined ? undefined : drawJitter(jitter, options);
  const shift = lighting === undefined ? undefined : drawShift(lighting, options);
  return (sample) => ({
    frame: frame(sample),
    mirrored: flip && mirror.integer(2, sample) === 1,
    ...(colours === undefined ? {} : { jitter: colours(sample) }),
    ...(shift === undefined ? {} : { shift: shift(sample) }),
  });
}

function drawFrames(crop: RandomCrop, size: number, options: DrawOptions): (sample: number) => FrameDraw {
  const place = createCounterRandom({ ...options, purpose: 'random-crop' });
  if (crop.kind === 'area-crop') {
    const { area, aspect } = crop;
    return (sample) => {
      const uniform = (attempt: number, field: number): number => place.uniform(sample, 4 * attempt + field);
      const attempts = Array.from({ length: AREA_ATTEMPTS }, (_, attempt) => ({
        area: uniform(attempt, 0),
        aspect: uniform(attempt, 1),
        row: uniform(attempt, 2),
        column: uniform(attempt, 3),
      }));
      return { kind: 'area-crop', size, area, aspect, attempts };
    };
  }
  const scale = createCounterRandom({ ...options, purpose: 'image-scale' });
  const [least, most] = crop.shorterSide;
  return (sample) => ({
    kind: 'scale-crop',
    shorterSide: least + scale.integer(most - least + 1, sample),
    size,
    row: place.uniform(sample, 0),
    column: place.uniform(sample, 1),
  });
}

function drawJitter(
  jitter: { readonly brightness: number; readonly contrast: number; readonly saturation: number },
  options: DrawOptions,
): (sample: number) => JitterDraw {
  const random = createCounterRandom({ ...options, purpose: 'colour-jitter' });
  const steps = ['brightness', 'contrast', 'saturation'] as const;
  return (sample) => {
    const factor = (amount: number, lane: number): number => 1 + amount * (2 * random.uniform(sample, lane) - 1);
    const ranks = steps.map((_, step) => random.uint32(sample, 3 + step));
    return {
      order: [0, 1, 2]
        .sort((first, second) => (ranks[first] ?? 0) - (ranks[second] ?? 0))
        .flatMap((step) => steps[step] ?? []),
      brightness: factor(jitter.brightness, 0),
      contrast: factor(jitter.contrast, 1),
      saturation: factor(jitter.saturation, 2),
    };
  };
}

function drawShift({ deviation, components }: Lighting, options: DrawOptions) {
  const random = createCounterRandom({ ...options, purpose: 'colour-lighting' });
  return (sample: number): readonly [number, number, number] => {
    const along = components.eigenvalues.map((value, k) => deviation * random.normal(sample, k) * value);
    const shift = (colour: number): number => {
      const row = components.eigenvectors[colour] ?? [0, 0, 0];
      return 255 * along.reduce((sum, amount, k) => sum + amount * (row[k] ?? 0), 0);
    };
    return [shift(0), shift(1), shift(2)];
  };
}
