import {
  basicBlock,
  bottleneckBlock,
  highwayBlock,
  plainBlock,
  pooledConvolution,
  preActivationBasicBlock,
  preActivationBottleneckBlock,
  squeezeExcitation,
  stochasticDepth,
  type Block,
  type BranchEndMaker,
  type FeatureShape,
} from '@resnet-ts/residual-blocks';
import type { ResolvedOptions } from '../network-options.js';
import type { ResidualTable } from '../tables/network-table.js';
import { shownBlock } from './shown-block.js';

/** The blocks of each stage in order, named `layer<stage>.<block>` as in torchvision (stage from 1, block from 0). */
export function residualStages(
  table: ResidualTable,
  inputShape: FeatureShape,
  options: ResolvedOptions,
): readonly (readonly Block[])[] {
  const blocksInAll = table.stages.reduce((sum, { blocks }) => sum + blocks, 0);
  let shape = inputShape;
  let position = 0;
  return table.stages.map(({ blocks: count, channels, innerChannels = channels }, stage) => {
    const blocks: Block[] = [];
    for (let index = 0; index < count; index++) {
      const stride = stage > 0 && index === 0 && table.stride !== 'pooling' ? 2 : 1;
      const name = `layer${stage + 1}.${index}`;
      position += 1;
      const place: Place = {
        name,
        inputShape: shape,
        channels,
        innerChannels,
        stride,
        opensStage: index === 0,
        dropRate: (options.dropPath * position) / blocksInAll,
      };
      const block = shownBlock(name, blockOf(table, options, place));
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
  readonly innerChannels: number;
  readonly stride: number;
  readonly opensStage: boolean;
  /** Of stochastic depth, growing linearly from block to block (arXiv 1603.09382, Eq. 4). */
  readonly dropRate: number;
}

function blockOf(table: ResidualTable, options: ResolvedOptions, place: Place): Block {
  if (table.block === 'plain') return plainBlock(place);
  if (table.stride === 'pooling' && place.opensStage) return pooledConvolution(place);
  const { zeroInitResidual, shortcutPlacement: placement } = options;
  const { groups = 1, dropoutRate = 0 } = table;
  const ends = branchEnds(table, place);
  const common = { ...place, shortcut: table.shortcut, placement, ends };
  switch (table.block) {
    case 'basic':
      return basicBlock({ ...common, zeroInitResidual });
    case 'bottleneck':
      return bottleneckBlock({ ...common, zeroInitResidual, stridePlacement: table.stride, groups });
    case 'pre-activation-basic':
      return preActivationBasicBlock({ ...common, activateShortcut: place.opensStage, dropoutRate });
    case 'pre-activation-bottleneck':
      return preActivationBottleneckBlock({ ...common, activateShortcut: place.opensStage, dropoutRate });
    case 'highway':
      return highwayBlock(common);
  }
}

function branchEnds({ squeezeRatio }: ResidualTable, { dropRate }: Place): readonly BranchEndMaker[] {
  return [
    ...(squeezeRatio === undefined ? [] : [squeezeExcitation(squeezeRatio)]),
    ...(dropRate > 0 ? [stochasticDepth(dropRate)] : []),
  ];
}
