import type { Tensor4D } from '@tensorflow/tfjs-core';

/**
 * Looks inside a network while it runs. The tensors shown live only during the call: read or clone what is to be kept.
 * For analysis, not for training: networks keep all activations while they are observed.
 *
 * @example
 * const shapes: Record<string, number[]> = {};
 * const observe: ActivationObserver = { output: (name, y) => void (shapes[name] = y.shape) };
 * network.apply(images, state, { training: false, observe }).logits.dispose();
 */
export interface ActivationObserver {
  /**
   * Shown each batch norm's output before the ReLU and before the addition of a shortcut: what the paper's Figure 7
   * calls a layer's response. Where the layer is fused with either, it is computed once more for this.
   *
   * @param batchNorm name of the batch norm, e.g. `layer1.0.bn2`
   * @param response `[N, H, W, C]`
   */
  readonly normalized?: ((batchNorm: string, response: Tensor4D) => void) | undefined;
  /**
   * Shown the output of each block, of the layers before the first block (`stem`), and of each of VGG's `features`.
   *
   * @param block name of the block, e.g. `layer1.0`
   * @param y `[N, H, W, C]`, after the last ReLU
   * @returns a fresh tensor of the same shape that takes the place of y from here on (made with `tf.customGrad`, where it
   *   is to be differentiated through), or nothing
   */
  readonly output?: ((block: string, y: Tensor4D) => Tensor4D | undefined) | undefined;
}
