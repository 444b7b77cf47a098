import { gradCam } from '@resnet-ts/evaluation';
import { ArgumentError, expected, nearestName } from '@resnet-ts/tensor-ops';
import { analyzeModels } from '../../analysis/analyze-models.js';
import { showImages } from '../../analysis/shown-images.js';
import { fileNameOf, type AnalysisFigure } from '../../analysis/write-analysis.js';
import type { GradCamCommandOptions } from '../../commands/analyze-options.js';
import { encodePicture } from '../../test-images/encode-picture.js';

/** Side of a square of a map as SVG, pixels. */
const CELL = 32;

/** `resnet analyze grad-cam`: where in single images a network sees a class. */
export async function gradCamAction(
  source: string,
  paths: readonly string[],
  options: GradCamCommandOptions,
): Promise<void> {
  await analyzeModels('grad-cam', [source], {
    options,
    analyze: async ({ models: [model], note }) => {
      const { classNames } = model.preprocessing;
      const chosen = options.class === undefined ? undefined : classOf(options.class, classNames);
      const { names, tensor, pixels } = await showImages(model, paths, { ...options, note });
      const { block, method } = options;
      const classes = chosen === undefined ? undefined : names.map(() => chosen);
      const maps = await gradCam({ ...model, images: tensor, block, method, classes }).finally(() => tensor.dispose());
      const { heatMapSvg, paintOverlay } = await import('@resnet-ts/evaluation/drawings');
      const sections = await Promise.all(
        maps.map(async (map, image) => {
          const [name = '', seen] = [names[image], pixels[image]];
          const file = `${image}-${fileNameOf(name)}`;
          const title = classNames[map.class] ?? String(map.class);
          const figures: AnalysisFigure[] = [
            {
              name: `${file}-map`,
              caption: `${title} in ${map.block}`,
              content: heatMapSvg(map, { cell: CELL, title }),
            },
          ];
          if (seen !== undefined) {
            figures.unshift(
              { name: file, caption: 'What the network sees', content: await encodePicture(seen) },
              { name: `${file}-over`, caption: title, content: await encodePicture(paintOverlay(map, seen)) },
            );
          }
          return { heading: name, figures };
        }),
      );
      return {
        title: `${method === 'grad-cam' ? 'Grad-CAM' : 'Grad-CAM++'} of ${model.network.name}`,
        data: {
          ...{ runFolder: model.runFolder, step: model.step, network: model.network.name, method },
          images: maps.map((map, image) => ({
            ...{ image: names[image], class: classNames[map.class] ?? String(map.class), index: map.class },
            ...{ logit: map.logit, block: map.block, height: map.height, width: map.width, values: [...map.values] },
          })),
        },
        sections: [
          {
            heading: 'Images',
            table: {
              head: ['image', 'class', 'logit', 'block'],
              rows: maps.map((map, image) => [
                ...[names[image] ?? '', classNames[map.class] ?? String(map.class), map.logit.toFixed(3), map.block],
              ]),
            },
          },
          ...sections,
        ],
      };
    },
  });
}

/** A class by its name, or by its number where none is named so. */
function classOf(wanted: string, classNames: readonly string[]): number {
  const named = classNames.indexOf(wanted);
  if (named >= 0) return named;
  const index = Number(wanted);
  if (/^\d+$/.test(wanted) && index < classNames.length) return index;
  const near = nearestName(wanted, classNames);
  const remedy = near === undefined ? undefined : `did you mean ${near}?`;
  throw new ArgumentError(
    expected(`the name of a class or a number below ${classNames.length}`, '--class', wanted, remedy),
  );
}
