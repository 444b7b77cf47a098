import { fullyConvolutional, singleCrop, tenCrop, type Protocol } from '@resnet-ts/evaluation';
import { ArgumentError, expected } from '@resnet-ts/tensor-ops';
import type { ProtocolName } from './protocol-names.js';

/** The paper's sizes, in those of a crop: 256 for one of 224 (§3.4). */
const CROPPED_FROM = 256 / 224;
const PAPER_SCALES = [224, 256, 384, 480, 640];

export interface ProtocolRequest {
  readonly protocol: ProtocolName;
  /** Shorter sides, pixels; a crop protocol takes one. */
  readonly scales?: readonly number[] | undefined;
  /** `[H, W, C]` the network was trained on. */
  readonly inputShape: readonly [number, number, number];
  /** Shorter side of the images that crops are cut from, pixels. Default: the paper's 256 for 224, in proportion. */
  readonly croppedFrom?: number | undefined;
}

/**
 * A test protocol for a network. Without scales they are the paper's for 224×224, and as many times as large for other
 * sizes: 10-crop cuts 32×32 from images of shorter side 37.
 *
 * @throws ArgumentError for scales that do not fit, or a network of images that are not square
 */
export function chooseProtocol({ protocol, scales, inputShape, croppedFrom }: ProtocolRequest): Protocol {
  const [side, width] = inputShape;
  if (side !== width) {
    throw new ArgumentError(expected('a network of square images', '--protocol', `one of ${side}×${width}`));
  }
  if (protocol === 'fully-convolutional') {
    const shorterSides = scales ?? PAPER_SCALES.map((scale) => Math.round((scale * side) / 224));
    return fullyConvolutional({ shorterSides });
  }
  const usual = croppedFrom ?? Math.round(side * CROPPED_FROM);
  const [shorterSide = usual, ...more] = scales ?? [];
  if (more.length > 0) {
    const remedy = 'several need --protocol fully-convolutional';
    throw new ArgumentError(expected('one size', `--scales of ${protocol}`, scales, remedy));
  }
  const crop = protocol === 'ten-crop' ? tenCrop : singleCrop;
  return crop({ cropSize: side, shorterSide });
}
