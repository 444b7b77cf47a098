import { gradientNorms, type GradientNorm } from '@resnet-ts/evaluation';
import { analyzeModels, labelsOf } from '../../analysis/analyze-models.js';
import type { AnalyzeSetOptions } from '../../commands/analyze-options.js';
import type { Model } from '../../run/open-model.js';
import { firstBatches } from '../../test-images/first-batches.js';
import { openTrainingBatches } from '../../test-images/open-training-batches.js';

/** `resnet analyze gradients`: whether gradients vanish, layer by layer. */
export async function gradientsAction(sources: readonly string[], options: AnalyzeSetOptions): Promise<void> {
  await analyzeModels('gradients', sources, {
    options,
    analyze: async ({ models, note }) => {
      const labels = labelsOf(models);
      const measured: GradientNorm[][] = [];
      for (const model of models) measured.push(await normsOf(model, { ...options, note }));
      // The chart libraries take half a second to load.
      const { gradientNormChart } = await import('@resnet-ts/evaluation/drawings');
      const chart = gradientNormChart(
        measured.map((values, index) => {
          const label = labels[index] ?? '';
          return { label, values, dashed: label.startsWith('plain') };
        }),
      );
      return {
        title: `Gradients of ${labels.join(', ')}`,
        data: {
          examples: options.examples,
          runs: models.map(({ runFolder, step, network }, index) => ({
            ...{ runFolder, step, network: network.name, parameters: measured[index] },
          })),
        },
        sections: [
          {
            heading: 'Norm of the gradient by the filters of each convolution',
            paragraph:
              'Of the cross-entropy of training batches, augmented, in training mode, without weight decay; means over batches (paper, §4.1).',
            figures: [{ name: 'gradients', caption: 'In the order of the layers', content: chart }],
          },
          ...measured.map((parameters, index) => ({
            heading: labels[index] ?? '',
            table: {
              head: [labels[index] ?? '', 'norm', 'relative to the weights'],
              rows: parameters.map(({ parameter, norm, relative }) => [
                ...[parameter, norm.toExponential(3), relative.toExponential(3)],
              ]),
            },
          })),
        ],
      };
    },
  });
}

async function normsOf(
  model: Model,
  { data, examples, note }: Pick<AnalyzeSetOptions, 'data' | 'examples'> & { readonly note: (line: string) => void },
): Promise<GradientNorm[]> {
  const source = await openTrainingBatches(model, { data, note });
  try {
    return await gradientNorms({ ...model, batches: firstBatches(source, examples) });
  } finally {
    await source.close();
  }
}
