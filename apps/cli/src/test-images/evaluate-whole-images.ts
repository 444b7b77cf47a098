import { createEvaluationBatches } from '@resnet-ts/data-pipelines';
import { evaluate, type EvaluationReport, type TestViews } from '@resnet-ts/evaluation';
import type { ImageSource, RefusedImage } from '@resnet-ts/data-pipelines/images';
import type { BatchSource } from '@resnet-ts/tensor-ops';
import type { Model } from '../run/open-model.js';
import { memberOf } from './member-of.js';
import type { OpenedImages } from './opened-images.js';

/** What an evaluation found, and how it looked. */
export interface Evaluated {
  readonly report: EvaluationReport;
  /** For people. */
  readonly protocol: string;
  /** Images that could not be decoded and were left out. */
  readonly broken: readonly RefusedImage[];
}

/** Batches of images as training evaluates them, and what they are. */
interface WholeImages {
  readonly batches: BatchSource;
  readonly protocol: string;
  readonly broken: () => readonly RefusedImage[];
  readonly close: () => Promise<void>;
}

export interface WholeImageOptions {
  readonly batchSize: number;
  /** Of each image of a data set in the network's own size. Default: the image as it is. */
  readonly views: TestViews | undefined;
  readonly onExamples: (done: number) => void;
}

/**
 * One look at every image, or its views, by the batches that training evaluates with: the same bits, and files are
 * decoded beside the step.
 *
 * @returns undefined where training has no such batches: of grey files, or a data set of another size, or views of files
 */
export async function evaluateWholeImages(
  model: Model,
  images: OpenedImages,
  { batchSize, views, onExamples }: WholeImageOptions,
): Promise<Evaluated | undefined> {
  const whole =
    imagesOfSet(model, images, { batchSize, views }) ??
    (views === undefined ? await imagesOfFiles(model, images, batchSize) : undefined);
  if (whole === undefined) return undefined;
  const { network, state } = model;
  try {
    const report = await evaluate({
      ...{ network, state, batches: whole.batches.epoch(0), views, classes: images.classNames },
      onBatch: ({ examples }) => onExamples(examples),
    });
    const broken = whole.broken();
    return { report: numbered(report, broken, images.files?.source), protocol: whole.protocol, broken };
  } finally {
    await whole.close();
  }
}

const PROTOCOL: Readonly<Record<TestViews, string>> = {
  mirrored: 'the whole image and its mirror image',
  shifted: 'the whole image, moved by a pixel to both sides, and mirrored',
};

function imagesOfSet(
  { network, preprocessing }: Model,
  { set }: OpenedImages,
  { batchSize, views }: Pick<WholeImageOptions, 'batchSize' | 'views'>,
): WholeImages | undefined {
  const [height, width, channels] = network.inputShape;
  if (set?.height !== height || set.width !== width || set.channels !== channels) return undefined;
  const batches = createEvaluationBatches(set, {
    batchSize: Math.min(batchSize, set.count),
    mean: preprocessing.mean,
  });
  const protocol = views === undefined ? 'the whole image' : PROTOCOL[views];
  return { batches, protocol, broken: () => [], close: () => Promise.resolve() };
}

async function imagesOfFiles(model: Model, images: OpenedImages, batchSize: number): Promise<WholeImages | undefined> {
  const { files } = images;
  const [size, , channels] = model.network.inputShape;
  if (files === undefined || channels !== 3) return undefined;
  const { createImageEvaluationBatches } = await import('@resnet-ts/data-pipelines/images');
  const { mean, deviation } = model.preprocessing;
  const { protocol } = memberOf(model, images, { protocol: 'center-crop' });
  const batches = createImageEvaluationBatches(files.source, {
    ...{ batchSize: Math.min(batchSize, files.source.count), normalization: { mean, deviation: [...deviation] } },
    ...{ size, shorterSide: protocol.shorterSides[0] ?? size, kernel: files.kernel, onBroken: files.onBroken },
  });
  return { batches, protocol: protocol.name, broken: () => batches.broken(), close: () => batches.close() };
}

/** Batches count the images that are whole: mistakes get the numbers that images have in the source. */
function numbered(
  report: EvaluationReport,
  broken: readonly RefusedImage[],
  source: ImageSource | undefined,
): EvaluationReport {
  if (source === undefined || broken.length === 0) return report;
  const left = new Set(broken.map(({ id }) => id));
  const whole = Array.from({ length: source.count }, (_, index) => index).filter(
    (index) => !left.has(source.id(index)),
  );
  const worstMistakes = report.worstMistakes.map((mistake) => ({ ...mistake, index: whole[mistake.index] ?? NaN }));
  return { ...report, worstMistakes };
}
