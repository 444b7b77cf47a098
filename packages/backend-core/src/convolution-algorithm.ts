import { ArgumentError, expected } from '@resnet-ts/tensor-ops';

/** How convolutions are computed: `fast` may use Winograd, `direct` sums every product one by one. */
export type ConvolutionAlgorithm = 'fast' | 'direct';

/**
 * Checks the name of a convolution algorithm.
 *
 * @throws ArgumentError unless it is `fast` or `direct`
 * @example
 * checkConvolutionAlgorithm('fast', 'algorithm'); // 'fast'
 */
export function checkConvolutionAlgorithm(algorithm: unknown, parameter: string): ConvolutionAlgorithm {
  if (algorithm === 'fast' || algorithm === 'direct') return algorithm;
  throw new ArgumentError(expected('"fast" or "direct"', parameter, algorithm));
}
