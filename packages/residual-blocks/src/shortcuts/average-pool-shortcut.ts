import { averagePool } from '@resnet-ts/tensor-ops';
import { ownedBy } from '../block.js';
import { convolutionUnit } from '../convolution-unit.js';
import { windowedShape } from '../feature-shape.js';
import { parameterFreeRow } from '../layer-row.js';
import type { Shortcut, ShortcutOptions } from './shortcut.js';

/**
 * The shortcut of ResNet-D (arXiv 1812.01187, figure 2c): a 2×2 average pool of the block's stride, then a 1×1
 * convolution of stride 1 with batch norm, so that no pixel is passed over. Odd sides are rounded up; the last window
 * averages what is inside. Names are timm's: `downsample.0` is the pool, `.1` and `.2` the convolution and batch norm.
 */
export function averagePoolShortcut({ name, inputShape, outputChannels, stride }: ShortcutOptions): Shortcut {
  const pooledShape = windowedShape(inputShape, inputShape[2], { window: 1, stride, padding: 0 });
  const projection = convolutionUnit({
    convolution: `${name}.downsample.1`,
    batchNorm: `${name}.downsample.2`,
    inputShape: pooledShape,
    outputChannels,
    kernelSize: 1,
    stride: 1,
    relu: false,
  });
  if (stride === 1) return projection;
  const pool = { layers: [parameterFreeRow(`${name}.downsample.0`, 'average-pool', inputShape, pooledShape)] };
  const part = { inputShape, outputShape: pooledShape, parameters: [], buffers: [], ...pool };
  return {
    inputShape,
    outputShape: projection.outputShape,
    ...ownedBy([part, projection]),

    apply(x, state, mode) {
      const [, height, width] = x.shape;
      // Zeros below and to the right make every started window whole; they are left out of its mean.
      const [bottom, right] = [(stride - (height % stride)) % stride, (stride - (width % stride)) % stride];
      const padding = { top: 0, left: 0, bottom, right };
      return projection.apply(
        averagePool(x, { windowSize: stride, stride, padding, countPadding: false }),
        state,
        mode,
      );
    },
  };
}
