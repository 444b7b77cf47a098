import { ArgumentError, expected } from '@resnet-ts/tensor-ops';
import type { EvaluationReport } from '../metrics/evaluation-report.js';
import { MetricsAccumulator, type MetricsOptions } from '../metrics/metrics-accumulator.js';
import { classifyImages, type ClassifyImagesOptions } from './classify-images.js';

export interface EvaluateImagesOptions extends ClassifyImagesOptions, MetricsOptions {
  /** Names of the classes, for the report. */
  readonly classes?: readonly string[] | undefined;
  /** Told after each image; awaited. */
  readonly onImage?:
    | ((progress: { readonly examples: number; readonly top1Error: number }) => void | Promise<void>)
    | undefined;
}

/**
 * All figures of a model, or of an ensemble, on whole images under a test protocol of the paper: single centre crop,
 * 10-crop, fully convolutional at several scales (section 3.4).
 *
 * Images that cannot be decoded are left out, where their provider does not throw; worst mistakes have the numbers that
 * images have there. The loss is that of the averaged probabilities: −log of what the label got.
 *
 * @throws ArgumentError for members that do not fit together, class names that do not fit, or no images; DataError naming
 *   the image for pixels or a label that do not fit
 *
 * @example
 * const model = networkModel(network, state, channelNormalization({ mean, deviation }));
 * const report = await evaluateImages({ members: [{ model, protocol: fullyConvolutional() }], images });
 * console.log(formatPercent(report.top5Error));
 */
export async function evaluateImages(options: EvaluateImagesOptions): Promise<EvaluationReport> {
  const { members, images, classes, onImage } = options;
  if (images.size === 0) throw new ArgumentError(expected('at least one image', 'images', 'none'));
  const count = members[0]?.model.classes ?? 0;
  if (classes !== undefined && classes.length !== count) {
    throw new ArgumentError(expected(`${count} names`, 'classes', classes));
  }
  const metrics = new MetricsAccumulator(count, options);
  for await (const { index, label, probabilities } of classifyImages(options)) {
    metrics.add(probabilities.map(Math.log), [label], [index]);
    await onImage?.({ examples: metrics.examples, top1Error: metrics.mistakes / metrics.examples });
  }
  if (metrics.examples === 0) throw new ArgumentError(expected('at least one image', 'images', 'none that is whole'));
  return { ...metrics.report(), ...(classes === undefined ? {} : { classNames: classes }) };
}
