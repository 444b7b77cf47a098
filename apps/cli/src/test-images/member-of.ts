import { networkModel, type Member } from '@resnet-ts/evaluation';
import type { Model } from '../run/open-model.js';
import { chooseProtocol } from './choose-protocol.js';
import type { OpenedImages } from './opened-images.js';
import { preparation } from './preparation.js';
import type { ProtocolName } from './protocol-names.js';

/**
 * A run as one voice of an ensemble under a protocol.
 *
 * @throws ArgumentError for scales that do not fit the protocol or the network
 */
export function memberOf(
  { network, state, preprocessing }: Pick<Model, 'network' | 'state' | 'preprocessing'>,
  { set }: Pick<OpenedImages, 'set'>,
  { protocol, scales }: { readonly protocol: ProtocolName; readonly scales?: readonly number[] | undefined },
): Member {
  const { inputShape } = network;
  const whole = set?.height === inputShape[0] && set.width === inputShape[1];
  return {
    model: networkModel(network, state, preparation(preprocessing, protocol !== 'fully-convolutional')),
    protocol: chooseProtocol({ protocol, scales, inputShape, whole }),
  };
}
