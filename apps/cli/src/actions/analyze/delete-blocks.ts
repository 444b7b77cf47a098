import { deleteBlocks } from '@resnet-ts/evaluation';
import { analyzeModels } from '../../analysis/analyze-models.js';
import { testBatches } from '../../analysis/test-batches.js';
import type { AnalyzeBlocksOptions } from '../../commands/analyze-options.js';
import { formatPercent } from '../../format.js';
import { openTestImages } from '../../test-images/open-test-images.js';
import { tellBroken } from '../../test-images/tell-broken.js';

/** `resnet analyze delete-blocks`: the error without each block in turn. */
export async function deleteBlocksAction(source: string, options: AnalyzeBlocksOptions): Promise<void> {
  await analyzeModels('delete-blocks', [source], {
    options,
    analyze: async ({ models: [model], note }) => {
      const images = await openTestImages(model, {
        data: options.data,
        sample: { examples: options.examples, from: 'everywhere' },
      });
      const batches = testBatches(model, images, { examples: options.examples, batchSize: options.batch });
      const blocks = options.block.length === 0 ? undefined : options.block;
      const found = await deleteBlocks({ ...model, batches, blocks });
      tellBroken(images.broken(), note);
      // The chart libraries take half a second to load.
      const { blockDeletionChart } = await import('@resnet-ts/evaluation/drawings');
      const { name } = model.network;
      return {
        title: `${name} without one of its blocks, on ${found.examples} images of ${images.name}`,
        data: { runFolder: model.runFolder, step: model.step, network: name, set: images.name, ...found },
        sections: [
          {
            heading: 'Error without each block',
            paragraph:
              'Its input in its place, nothing trained again (Veit, Wilber and Belongie 2016). A block that changes the shape cannot be left out.',
            figures: [{ name: 'error', caption: 'Dashed: the whole network', content: blockDeletionChart(found) }],
            table: {
              head: ['without', 'top-1 error', 'loss'],
              rows: [
                ['(the whole network)', formatPercent(found.top1Error), found.loss.toFixed(4)],
                ...found.deletions.map(({ block, top1Error, loss }) => [
                  block,
                  top1Error === undefined ? '–' : formatPercent(top1Error),
                  loss === undefined ? '–' : loss.toFixed(4),
                ]),
              ],
            },
          },
        ],
      };
    },
  });
}
