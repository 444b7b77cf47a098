import * as tf from '@tensorflow/tfjs-core';
import type { Tensor } from '@tensorflow/tfjs-core';

/**
 * A fresh tensor object over the same data, as `tf.clone` makes, without its way through the kernel registry and the
 * tape: a clone costs several microseconds, and a step of a residual network saves some hundred tensors.
 */
export function shareTensor<T extends Tensor>(tensor: T): T {
  const engine = tf.engine();
  const info = engine.state.tensorInfo.get(tensor.dataId);
  // Unknown data has been disposed; tf.clone says so.
  if (info === undefined) return tf.clone(tensor);
  info.backend.incRef(tensor.dataId);
  return engine.makeTensorFromTensorInfo(tensor, info.backend) as T;
}
