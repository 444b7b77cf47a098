/** Tensor memory as C++ takes it; null for an absent optional tensor. TypeScript has checked dtype and size. */
export type EngineTensor = Float32Array | Int32Array | null;

/** A kernel of an engine: attributes, then tensors in the order that `native/addon` of backend-native documents. */
export type EngineKernel = (integers: Int32Array, numbers: Float64Array, ...tensors: EngineTensor[]) => void;

/** The kernels by name. */
export const ENGINE_KERNELS = [
  'convolution',
  'convolutionInputGradient',
  'convolutionFilterGradient',
  'convolutionBatchNorm',
  'convolutionBatchNormGradient',
  'convolutionAlgorithms',
  'preparedConvolutionSize',
  'prepareConvolution',
  'runPreparedConvolution',
  'groupedConvolution',
  'groupedConvolutionInputGradient',
  'groupedConvolutionFilterGradient',
  'batchNorm',
  'batchNormGradient',
  'batchNormInference',
  'maxPool',
  'maxPoolGradient',
  'averagePool',
  'averagePoolGradient',
  'globalAveragePool',
  'globalAveragePoolGradient',
  'zeroPadShortcut',
  'zeroPadShortcutGradient',
  'matrixMultiply',
  'linear',
  'linearGradient',
  'softmaxCrossEntropy',
  'softmaxCrossEntropyGradient',
  'binary',
  'relu',
  'step',
  'addBias',
  'sum',
  'maximum',
  'argumentOfMaximum',
] as const;

/** The name of a kernel of an engine. */
export type EngineKernelName = (typeof ENGINE_KERNELS)[number];

/** What `convolutionAlgorithms` writes for forward, data gradient and filter gradient, by number. */
export const CONVOLUTION_ALGORITHMS = ['direct', 'patches', 'winograd', 'winograd by position'] as const;

/**
 * The C++ kernels as a backend calls them, however they were compiled: the native addon and the WebAssembly module are
 * two engines.
 */
export interface KernelEngine extends Record<EngineKernelName, EngineKernel> {
  /** One SGD step of many tensors: parameters, gradients, velocities, new parameters, new velocities. */
  sgdUpdate(integers: Int32Array, numbers: Float64Array, tensors: Float32Array[]): void;
  /** Whether every convolution is summed directly. */
  directConvolution(): boolean;
  setDirectConvolution(direct: boolean): void;
  /** Bytes of tensor blocks and of kernel scratch held from the system. */
  memoryHeld(): { blocks: number; scratch: number };
}
