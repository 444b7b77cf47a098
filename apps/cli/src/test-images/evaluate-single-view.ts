import { createEvaluationBatches } from '@resnet-ts/data-pipelines';
import { evaluate, type EvaluationReport } from '@resnet-ts/evaluation';
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

/** Batches of single views, and what they are. */
interface SingleViews {
  readonly batches: BatchSource;
  readonly protocol: string;
  readonly broken: () => readonly RefusedImage[];
  readonly close: () => Promise<void>;
}

/**
 * The single view of every image, by the batches that training evaluates with: the same bits, and files are decoded
 * beside the step.
 *
 * @returns undefined where training has no such batches: of grey files, or a data set of another size
 */
export async function evaluateSingleView(
  model: Model,
  images: OpenedImages,
  options: { readonly batchSize: number; readonly onExamples: (done: number) => void },
): Promise<Evaluated | undefined> {
  const views = viewsOfSet(model, images, options.batchSize) ?? (await viewsOfFiles(model, images, options.batchSize));
  if (views === undefined) return undefined;
  const { network, state } = model;
  try {
    const report = await evaluate({
      ...{ network, state, batches: views.batches.epoch(0), classes: images.classNames },
      onBatch: ({ examples }) => options.onExamples(examples),
    });
    const broken = views.broken();
    return { report: numbered(report, broken, images.files?.source), protocol: views.protocol, broken };
  } finally {
    await views.close();
  }
}

function viewsOfSet({ network, preprocessing }: Model, { set }: OpenedImages, batchSize: number) {
  const [height, width, channels] = network.inputShape;
  if (set?.height !== height || set.width !== width || set.channels !== channels) return undefined;
  const batches = createEvaluationBatches(set, {
    batchSize: Math.min(batchSize, set.count),
    mean: preprocessing.mean,
  });
  return { batches, protocol: 'the whole image', broken: () => [], close: () => Promise.resolve() };
}

async function viewsOfFiles(model: Model, images: OpenedImages, batchSize: number): Promise<SingleViews | undefined> {
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
