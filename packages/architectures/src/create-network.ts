import type { Tensor4D } from '@tensorflow/tfjs-core';
import { ShapeError, expected, type ImageClassifier } from '@resnet-ts/tensor-ops';
import type { FeatureShape } from '@resnet-ts/residual-blocks';
import { tableOf } from './names/table-of.js';
import { resolveOptions, type NetworkOptions } from './network-options.js';
import { planNetwork } from './networks/plan-network.js';
import type { NetworkTable } from './tables/network-table.js';

/**
 * A network by name, or from a table of your own: its parameters, its buffers and one pure function. No tensor is made;
 * `initializeNetwork` of tensor-ops makes the state.
 *
 * @param network see `networkTable` for the names
 * @throws ArgumentError for an unknown name or option (with the nearest valid one) or a value out of range
 * @example
 * const network = createNetwork('resnet20');
 * const state = initializeNetwork(network, { seed: 1 });
 * const { logits } = network.apply(tf.zeros([8, 32, 32, 3]), state, { training: false });
 * logits.shape; // [8, 10]
 */
export function createNetwork(network: string | NetworkTable, options: NetworkOptions = {}): ImageClassifier {
  const table = tableOf(network);
  const resolved = resolveOptions(table, options);
  const { parameters, buffers, forward } = planNetwork(table, resolved);
  return {
    name: table.name,
    inputShape: resolved.inputShape,
    classes: resolved.classes,
    parameters,
    buffers,
    apply(images, state, mode) {
      assertImages(images, table, resolved.inputShape);
      const { checkpointing = resolved.checkpointing, training, randomness, observe } = mode;
      // An observer is shown everything once: nothing may be made again for the backward pass.
      return forward(images, state, {
        training,
        randomness,
        checkpointing: observe === undefined ? checkpointing : 'keep',
        observe,
      });
    },
  };
}

/** Residual networks end in a global average and take any resolution; VGG's first linear layer fixes it. */
function assertImages(images: Tensor4D, { kind, name }: NetworkTable, [height, width, channels]: FeatureShape): void {
  const [, h, w, c] = images.shape;
  const anySize = kind !== 'vgg';
  const fits = images.rank === 4 && c === channels && (anySize || (h === height && w === width));
  if (fits) return;
  const wanted = anySize ? `[N, H, W, ${channels}]` : `[N, ${height}, ${width}, ${channels}]`;
  const remedy = 'pass inputShape to createNetwork for images of another shape';
  throw new ShapeError(expected(`shape ${wanted}`, `images of ${name}`, images.shape, remedy));
}
