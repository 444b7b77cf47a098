import { layerResponses, type LayerResponse } from '@resnet-ts/evaluation';
import { analyzeModels, labelsOf } from '../../analysis/analyze-models.js';
import { testBatches } from '../../analysis/test-batches.js';
import type { AnalyzeSetOptions } from '../../commands/analyze-options.js';
import { openTestImages } from '../../test-images/open-test-images.js';
import { tellBroken } from '../../test-images/tell-broken.js';

/** `resnet analyze responses`: Figure 7 of any runs. */
export async function responsesAction(sources: readonly string[], options: AnalyzeSetOptions): Promise<void> {
  await analyzeModels('responses', sources, {
    options,
    analyze: async ({ models, note }) => {
      const images = await openTestImages(models[0], {
        data: options.data,
        sample: { examples: options.examples, from: 'everywhere' },
      });
      const wanted = Math.min(options.examples, images.size);
      const labels = labelsOf(models);
      const measured: LayerResponse[][] = [];
      for (const model of models) {
        const batches = testBatches(model, images, { examples: wanted, batchSize: options.batch });
        measured.push(await layerResponses({ ...model, batches }));
      }
      tellBroken(images.broken(), note);
      const examples = wanted - images.broken().length;
      // The chart libraries take half a second to load.
      const { responseCharts } = await import('@resnet-ts/evaluation/drawings');
      const charts = responseCharts(
        measured.map((values, index) => {
          const label = labels[index] ?? '';
          return { label, values, dashed: label.startsWith('plain') };
        }),
      );
      return {
        title: `Layer responses of ${labels.join(', ')} to ${examples} images of ${images.name}`,
        data: {
          ...{ set: images.name, examples },
          runs: models.map(({ runFolder, step, network }, index) => ({
            ...{ runFolder, step, network: network.name, layers: measured[index] },
          })),
        },
        sections: [
          {
            heading: 'Standard deviation of each layer',
            paragraph: 'After batch norm, before ReLU and addition; projections are left out (paper, Figure 7).',
            figures: [
              { name: 'by-layer', caption: 'In the order of the layers', content: charts.byLayer },
              { name: 'sorted', caption: 'Sorted, the strongest first', content: charts.sorted },
            ],
          },
          ...measured.map((layers, index) => ({
            heading: labels[index] ?? '',
            table: {
              head: [labels[index] ?? '', 'mean', 'standard deviation'],
              rows: layers.map(({ layer, mean, deviation }) => [layer, mean.toFixed(4), deviation.toFixed(4)]),
            },
          })),
        ],
      };
    },
  });
}
