import { add } from '@resnet-ts/tensor-ops';
import { ownedBy } from './block.js';
import type { BranchEndMaker } from './branch-ends/branch-end.js';
import { convolutionUnit, type ConvolutionUnit, type ConvolutionUnitOptions } from './convolution-unit.js';

/**
 * Where branch and shortcut meet: the last convolution and batch norm of the branch, what acts on it, + shortcut, ReLU.
 * One fused operation where nothing acts on the branch.
 */
export function residualSum(
  name: string,
  last: Omit<ConvolutionUnitOptions, 'relu'>,
  makers: readonly BranchEndMaker[] = [],
): ConvolutionUnit {
  const fused = convolutionUnit({ ...last, relu: true });
  const bare = convolutionUnit({ ...last, relu: false });
  const ends = makers.map((make) => make(name, fused.outputShape));
  return {
    inputShape: fused.inputShape,
    outputShape: fused.outputShape,
    ...ownedBy([fused, ...ends]),

    apply(x, state, mode, shortcut) {
      const acting = ends.filter((end) => end.acts(mode));
      if (shortcut === undefined || acting.length === 0) return fused.apply(x, state, mode, shortcut);
      const { y, buffers } = bare.apply(x, state, mode);
      const branch = acting.reduce((value, end) => end.apply(value, state, mode), y);
      return { y: add(branch, shortcut, { relu: true }), buffers };
    },
  };
}
