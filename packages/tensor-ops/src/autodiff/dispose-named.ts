import type { NamedTensors } from '../contracts/image-classifier.js';

/**
 * Disposes every tensor of a record. Disposing one twice is harmless.
 *
 * @example
 * disposeNamed(gradients);
 */
export function disposeNamed(tensors: NamedTensors): void {
  for (const tensor of Object.values(tensors)) tensor.dispose();
}
