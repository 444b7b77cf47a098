import { util } from '@tensorflow/tfjs-core';
import type { TensorInfo } from '@tensorflow/tfjs-core';

/** Whether the kernels of an engine take a tensor: float32 and not empty. Anything else is left to the inherited kernel. */
export function eligible(...tensors: TensorInfo[]): boolean {
  return tensors.every((tensor) => tensor.dtype === 'float32' && util.sizeFromShape(tensor.shape) > 0);
}
