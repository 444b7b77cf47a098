import { ArgumentError, expected } from '@resnet-ts/tensor-ops';
import { assertSide, type Protocol, type ProtocolOptions } from './protocol.js';

export interface FullyConvolutionalOptions extends ProtocolOptions {
  /** Pixels. Default: the paper's 224, 256, 384, 480, 640. */
  readonly shorterSides?: readonly number[];
  /** Each image and its mirror image. Default true. */
  readonly mirrored?: boolean;
}

/**
 * Fully convolutional testing at several scales (section 3.4, Tables 4 and 5): the network runs over the whole image at
 * every size. Global average pooling makes residual networks fully convolutional as they are: the mean over all positions
 * of the scores of the last layer is the last layer of the mean.
 *
 * "We average the scores at multiple scales" is all the paper says, after its reference [41] (VGG, arXiv 1409.1556,
 * sections 3.2 and 4.2), and so it is read: softmax outputs of an image and its mirror image, at all sizes, averaged.
 * Only for networks that take any size: VGG's linear layers do not here.
 *
 * @throws ArgumentError for no sizes or sizes that are none
 * @example
 * const protocol = fullyConvolutional({ shorterSides: [224, 256, 288] });
 */
export function fullyConvolutional({
  shorterSides = [224, 256, 384, 480, 640],
  mirrored = true,
  average = 'probabilities',
}: FullyConvolutionalOptions = {}): Protocol {
  if (shorterSides.length === 0) throw new ArgumentError(expected('at least one size', 'shorterSides', shorterSides));
  for (const side of shorterSides) assertSide('shorterSides', side);
  return {
    name: `fully convolutional at ${shorterSides.join(', ')}`,
    shorterSides,
    average,
    views(height, width) {
      const whole = { top: 0, left: 0, height, width, mirrored: false };
      return mirrored ? [whole, { ...whole, mirrored: true }] : [whole];
    },
  };
}
