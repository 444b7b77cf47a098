export { expected, describe } from './errors/expected.js';
export {
  ArgumentError,
  DataError,
  ResidualError,
  ShapeError,
  UnsupportedError,
  isResidualError,
} from './errors/residual-error.js';
export { nearestName } from './errors/nearest-name.js';

export type { ActivationObserver } from './contracts/activation-observer.js';
export type { Batch, BatchSource, BatchStream } from './contracts/batch.js';
export type {
  BufferSpec,
  ForwardResult,
  ImageClassifier,
  Initializer,
  NamedTensors,
  NetworkState,
  ParameterRole,
  ParameterSpec,
} from './contracts/image-classifier.js';
export { CHECKPOINTING, assertCheckpointing } from './contracts/checkpointing.js';
export type { Checkpointing } from './contracts/checkpointing.js';
export type { Padding2d } from './contracts/padding.js';
export type { StepRandomness } from './contracts/step-randomness.js';

export { convolution } from './ops/convolution.js';
export { convolutionBatchNorm } from './ops/convolution-batch-norm.js';
export type { ConvolutionBatchNormOptions } from './ops/convolution-batch-norm.js';
export { convolutionBatchNormInference } from './ops/convolution-batch-norm-inference.js';
export { batchNorm, batchNormInference } from './ops/batch-norm.js';
export type {
  BatchNormInferenceOptions,
  BatchNormOptions,
  ChannelStatistics,
  NormalizedWithStatistics,
  ScaleAndShift,
} from './ops/batch-norm-types.js';
export { groupedConvolution } from './ops/grouped-convolution.js';
export type { GroupedConvolutionOptions } from './ops/grouped-convolution.js';
export {
  groupedConvolutionBatchNorm,
  groupedConvolutionBatchNormInference,
} from './ops/grouped-convolution-batch-norm.js';
export { averagePool, maxPool } from './ops/pooling.js';
export type { AveragePoolingOptions, PoolingOptions } from './ops/pooling.js';
export { globalAveragePool } from './ops/global-average-pool.js';
export { linear } from './ops/linear.js';
export { biasAdd, flatten, relu } from './ops/elementwise.js';
export { add, gatedSum, scaleChannels, sigmoid } from './ops/combine.js';
export { dropExamples, dropout } from './ops/dropout.js';
export type { DropoutOptions } from './ops/dropout.js';
export { zeroPadShortcut } from './ops/zero-pad-shortcut.js';
export type { ZeroPadShortcutOptions } from './ops/zero-pad-shortcut.js';
export { softmaxCrossEntropy } from './ops/softmax-cross-entropy.js';
export { sgdUpdate } from './ops/sgd-update.js';
export type { SgdUpdateOptions, SgdUpdateTensors } from './ops/sgd-update.js';
export { windowOutputSize } from './shape/window-geometry.js';
export type { WindowOptions } from './shape/window-geometry.js';

export { disposeNamed } from './autodiff/dispose-named.js';
export { segment } from './autodiff/segment.js';
export type { SegmentResult } from './autodiff/segment.js';
export { valueAndGradients } from './autodiff/value-and-gradients.js';
export type { LossWithAuxiliary, ValueAndGradients } from './autodiff/value-and-gradients.js';
export { implementationsUsed, resetImplementationsUsed } from './dispatch/implementations.js';
export type { Implementation } from './dispatch/implementations.js';

export { initialValues } from './init/initial-values.js';
export { initializeNetwork } from './init/initialize-network.js';
export { createCounterRandom } from './random/counter-random.js';
export type { CounterRandom, CounterRandomOptions } from './random/counter-random.js';

export { decodeSafetensors } from './safetensors/decode-safetensors.js';
export { encodeSafetensors } from './safetensors/encode-safetensors.js';
export type { SafetensorsData, SafetensorsDtype, SafetensorsEntry, SafetensorsFile } from './safetensors/format.js';
