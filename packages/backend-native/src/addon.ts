/** Attributes of one native call: see the comments in native/addon for what each function reads. */
type Integers = Int32Array;
type Numbers = Float64Array;

/** Tensor memory as C++ takes it; null for an absent optional tensor. TypeScript has checked dtype and size. */
export type NativeTensor = Float32Array | Int32Array | null;

/** A kernel of the addon: attributes, then tensors in the order that native/addon documents. */
export type NativeKernel = (integers: Integers, numbers: Numbers, ...tensors: NativeTensor[]) => void;

/** The kernels by name, as native/addon/addon.cc lists them. */
export const NATIVE_KERNELS = [
  'convolution',
  'convolutionInputGradient',
  'convolutionFilterGradient',
  'convolutionBatchNorm',
  'convolutionBatchNormGradient',
  'convolutionAlgorithms',
  'preparedConvolutionSize',
  'prepareConvolution',
  'runPreparedConvolution',
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

/** What the addon's `convolutionAlgorithms` writes for forward, data gradient and filter gradient, by number. */
export const CONVOLUTION_ALGORITHMS = ['direct', 'patches', 'winograd', 'winograd by position'] as const;

export type NativeKernelName = (typeof NATIVE_KERNELS)[number];

/** A handle that only the addon understands. */
export interface BlockHandle {
  readonly __block: never;
}

/** A set of vector instructions the addon was compiled for. */
export interface InstructionSet {
  readonly name: string;
  /** Whether this processor can run it. */
  readonly supported: boolean;
}

/** Multiply-add rates in 10⁹ floating-point operations a second. */
export interface PeakRates {
  readonly oneThread: number;
  readonly allThreads: number;
}

/** Everything the compiled addon exports. */
export interface NativeAddon extends Record<NativeKernelName, NativeKernel> {
  sgdUpdate(integers: Integers, numbers: Numbers, tensors: Float32Array[]): void;
  instructionSets(): InstructionSet[];
  instructionSet(): string;
  /** False when unknown or not supported here; nothing changes then. */
  selectInstructionSet(name: string): boolean;
  /** Names of the bfloat16 dot products of this processor: `avx512_bf16`, `amx_bf16`. */
  bfloat16(): string[];
  /** Whether every convolution is summed directly. */
  directConvolution(): boolean;
  setDirectConvolution(direct: boolean): void;
  threads(): number;
  /** Returns how many threads there are now: fewer than asked when the system refuses. */
  setThreads(threads: number): number;
  measurePeak(rounds: number): PeakRates;
  /** Null when the system has no more memory. Contents are undefined. */
  allocate(bytes: number): { buffer: ArrayBuffer; handle: BlockHandle } | null;
  /** Frees a block at once; its buffer is detached. */
  free(buffer: ArrayBuffer, handle: BlockHandle): void;
  /** Bytes of tensor blocks and of kernel scratch held from the system. */
  memoryHeld(): { blocks: number; scratch: number };
  releaseScratch(): void;
}
