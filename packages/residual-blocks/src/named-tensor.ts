import type { Tensor } from '@tensorflow/tfjs-core';
import { ArgumentError, expected, type NamedTensors } from '@resnet-ts/tensor-ops';

/**
 * The tensor called `name`, as the rank its layer needs; the operation that receives it checks the shape.
 *
 * @throws ArgumentError when it is missing, which means the state belongs to another network
 */
export function namedTensor<T extends Tensor>(tensors: NamedTensors, name: string): T {
  const tensor = Object.hasOwn(tensors, name) ? tensors[name] : undefined;
  if (tensor === undefined) {
    throw new ArgumentError(
      expected('a tensor', `state ${name}`, undefined, 'initialise the state from the very network it is used with'),
    );
  }
  return tensor as T;
}
