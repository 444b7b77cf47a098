import { checkConvolutionAlgorithm } from '@resnet-ts/backend-core';
import type { ConvolutionAlgorithm } from '@resnet-ts/backend-core';
import { loadNative } from './load-addon.js';

/**
 * Chooses how convolutions are computed from here on, for the whole process. `fast`, the default, uses Winograd
 * F(4×4, 3×3) for 3×3 filters of stride 1 where it applies: up to three times as fast, with some four times the rounding
 * error. `direct` sums every product one by one. Results of the two differ in their last bits.
 *
 * @throws ArgumentError unless `algorithm` is `fast` or `direct`; UnsupportedError without the addon
 * @example
 * setConvolutionAlgorithm('direct');
 */
export function setConvolutionAlgorithm(algorithm: ConvolutionAlgorithm): void {
  loadNative().setDirectConvolution(checkConvolutionAlgorithm(algorithm, 'algorithm') === 'direct');
}
