import { basicBlock, bottleneckBlock, plainBlock, type Block, type FeatureShape } from '@resnet-ts/residual-blocks';
import type { ResolvedOptions } from '../network-options.js';
import type { ResidualTable } from '../tables/network-table.js';
import { shownBlock } from './shown-block.js';

/** The blocks of each stage in order, named `layer<stage>.<block>` as in torchvision (stage from 1, block from 0). */
export function residualStages(
  table: ResidualTable,
  inputShape: FeatureShape,
  options: ResolvedOptions,
): readonly (readonly Block[])[] {
  let shape = inputShape;
  return table.stages.map(({ blocks: count, channels }, stage) => {
    const blocks: Block[] = [];
    for (let index = 0; index < count; index++) {
      const stride = stage > 0 && index === 0 ? 2 : 1;
      const name = `layer${stage + 1}.${index}`;
      const block = shownBlock(name, blockOf(table, options, { name, inputShape: shape, channels, stride }));
      blocks.push(block);
      shape = block.outputShape;
    }
    return blocks;
  });
}

interface Place {
  readonly name: string;
  readonly inputShape: FeatureShape;
  readonly channels: number;
  readonly stride: number;
}

function blockOf(table: ResidualTable, options: ResolvedOptions, place: Place): Block {
  if (table.block === 'plain') return plainBlock(place);
  const { zeroInitResidual, shortcutPlacement: placement } = options;
  const residual = { ...place, shortcut: table.shortcut, placement, zeroInitResidual };
  return table.block === 'basic'
    ? basicBlock(residual)
    : bottleneckBlock({ ...residual, stridePlacement: table.stride });
}
