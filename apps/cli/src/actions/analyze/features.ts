import { featureMaps, type FeatureMaps } from '@resnet-ts/evaluation';
import { analyzeModels } from '../../analysis/analyze-models.js';
import { showImages } from '../../analysis/shown-images.js';
import { fileNameOf, type AnalysisFigure } from '../../analysis/write-analysis.js';
import type { AnalyzeBlocksOptions } from '../../commands/analyze-options.js';
import { encodePicture } from '../../test-images/encode-picture.js';

/** Side of a map in a picture, pixels, at least: small maps are enlarged by whole factors. */
const MAP_SIDE = 32;

/** `resnet analyze features`: what blocks put out for single images, channel by channel. */
export async function featuresAction(
  source: string,
  paths: readonly string[],
  options: AnalyzeBlocksOptions,
): Promise<void> {
  await analyzeModels('features', [source], {
    options,
    analyze: async ({ models: [model], note }) => {
      const { names, tensor, pixels } = await showImages(model, paths, { ...options, note });
      const blocks = options.block.length === 0 ? undefined : options.block;
      const maps = await featureMaps({ ...model, images: tensor, blocks }).finally(() => tensor.dispose());
      const { paintFeatureMaps } = await import('@resnet-ts/evaluation/drawings');
      const sections = await Promise.all(
        names.map(async (name, image) => {
          const figures: AnalysisFigure[] = [];
          const seen = pixels[image];
          if (seen !== undefined) {
            const content = await encodePicture(seen);
            figures.push({ name: `${image}-${fileNameOf(name)}`, caption: 'What the network sees', content });
          }
          for (const { block, shape, values } of maps) {
            const [, height, width, channels] = shape;
            const enlarge = Math.max(1, Math.round(MAP_SIDE / Math.max(height, width)));
            figures.push({
              name: `${image}-${fileNameOf(name)}-${fileNameOf(block)}`,
              caption: `${block}: ${channels} channels of ${height}×${width}`,
              content: await encodePicture(paintFeatureMaps({ block, shape, values }, image, enlarge)),
            });
          }
          return { heading: name, figures };
        }),
      );
      return {
        title: `Feature maps of ${model.network.name}`,
        data: {
          ...{ runFolder: model.runFolder, step: model.step, network: model.network.name, images: names },
          blocks: maps.map((map) => ({
            block: map.block,
            shape: map.shape,
            images: names.map((_, k) => channelStatistics(map, k)),
          })),
        },
        sections: [
          {
            heading: 'Blocks',
            paragraph: 'Outputs after the last ReLU of a block; every channel in its own scale.',
            table: {
              head: ['block', 'channels', 'height', 'width', 'zeros'],
              rows: maps.map(({ block, shape: [, height, width, channels], values }) => [
                ...[block, String(channels), String(height), String(width), `${(100 * zeros(values)).toFixed(1)} %`],
              ]),
            },
          },
          ...sections,
        ],
      };
    },
  });
}

function zeros(values: Float32Array): number {
  return values.reduce((count, value) => count + (value === 0 ? 1 : 0), 0) / values.length;
}

/** Mean and largest value of every channel of one image. */
function channelStatistics({ shape: [, height, width, channels], values }: FeatureMaps, image: number) {
  const size = height * width * channels;
  const means = new Array<number>(channels).fill(0);
  const largest = new Array<number>(channels).fill(-Infinity);
  values.subarray(image * size, (image + 1) * size).forEach((value, place) => {
    const channel = place % channels;
    means[channel] = (means[channel] ?? 0) + value / (height * width);
    largest[channel] = Math.max(largest[channel] ?? -Infinity, value);
  });
  return { means, largest };
}
