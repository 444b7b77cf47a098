import { networkModel, type Member } from '@resnet-ts/evaluation';
import { isImageFolder } from '@resnet-ts/training';
import type { Model } from '../run/open-model.js';
import { chooseProtocol } from './choose-protocol.js';
import type { OpenedImages } from './opened-images.js';
import { preparation } from './preparation.js';
import type { ProtocolName } from './protocol-names.js';

/** What of a run a test needs. */
export type TestedModel = Pick<Model, 'recipe' | 'network' | 'state' | 'preprocessing'>;

/**
 * A run as one voice of an ensemble under a protocol.
 *
 * @throws ArgumentError for scales that do not fit the protocol or the network
 */
export function memberOf(
  model: TestedModel,
  images: Pick<OpenedImages, 'set'>,
  { protocol, scales }: { readonly protocol: ProtocolName; readonly scales?: readonly number[] | undefined },
): Member {
  const { network, state, preprocessing } = model;
  const croppedFrom = usualShorterSide(model, images, protocol);
  return {
    model: networkModel(network, state, preparation(preprocessing, protocol !== 'fully-convolutional')),
    protocol: chooseProtocol({ protocol, scales, inputShape: network.inputShape, croppedFrom }),
  };
}

/**
 * What crops are cut from: as the recipe evaluates, and the single view of a data set in the network's own size is the
 * whole image (CIFAR's, §4.2).
 */
function usualShorterSide(
  { recipe, network: { inputShape } }: TestedModel,
  { set }: Pick<OpenedImages, 'set'>,
  protocol: ProtocolName,
): number | undefined {
  if (isImageFolder(recipe.data)) return recipe.data.evaluation.shorterSide;
  const whole = set?.height === inputShape[0] && set.width === inputShape[1];
  return whole && protocol === 'center-crop' ? inputShape[0] : undefined;
}
