import { ShapeError, expected } from '@resnet-ts/tensor-ops';
import type { Block } from '@resnet-ts/residual-blocks';

/** A block whose output is shown to the observer of the pass under `name`, and replaced by what it returns. */
export function shownBlock(name: string, block: Block): Block {
  return {
    ...block,
    apply(x, state, mode) {
      const result = block.apply(x, state, mode);
      const y = mode.observe?.output?.(name, result.y);
      if (y === undefined) return result;
      const shape = result.y.shape;
      if (y.shape.length !== shape.length || y.shape.some((size, axis) => size !== shape[axis])) {
        throw new ShapeError(expected(`shape [${shape.join(', ')}]`, `what replaces the output of ${name}`, y.shape));
      }
      return { ...result, y };
    },
  };
}
