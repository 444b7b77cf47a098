import { dirname } from 'node:path';
import { loadDataset } from '@resnet-ts/data-pipelines';
import type { ImageSet } from '@resnet-ts/data-pipelines';
import { createCounterRandom } from '@resnet-ts/tensor-ops';
import type { ContenderSettings } from '../settings.js';

const SEED = 1;
/** Noise repeats after this many bytes, a prime, so that no two images are the same; drawing all of it would take longer than a step. */
const PERIOD = 1_000_003;

/** CIFAR-10, or noise of the shape asked for. */
export async function trainingImages(settings: ContenderSettings): Promise<ImageSet> {
  if (settings.cifarFolder !== null) {
    return (await loadDataset('cifar10', { directory: dirname(settings.cifarFolder) })).train;
  }
  const { examples: count, imageSize, classes } = settings;
  const random = createCounterRandom({ seed: SEED, purpose: 'synthetic images' });
  const images = new Uint8Array(count * imageSize * imageSize * 3);
  const drawn = Math.min(PERIOD, images.length);
  for (let at = 0; at < drawn; at += 1) images[at] = random.uint32(at) >>> 24;
  for (let at = drawn; at < images.length; at += drawn) images.copyWithin(at, 0, Math.min(drawn, images.length - at));
  const labels = Uint8Array.from({ length: count }, (_, at) => random.uint32(at, 1) % Math.min(classes, 256));
  return { images, labels, count, height: imageSize, width: imageSize, channels: 3, classes };
}
