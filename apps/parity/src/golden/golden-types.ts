/** Where a golden comes from: written into every fixture by the script that made it. */
export interface GoldenOrigin {
  readonly script: string;
  readonly torch: string;
  readonly numpy: string;
  /** Of the generator that both sides make their inputs with. */
  readonly seed: number;
}

/** What float64 PyTorch says of one tensor, in our layout ([N, H, W, C], [kH, kW, Cin, Cout], [in, out]). */
export interface GoldenTensor {
  readonly shape: readonly number[];
  /** Root of the mean square of all elements: the L2 norm over the root of their number. */
  readonly rms: number;
  readonly sum: number;
  /** Largest |float32 PyTorch − float64 PyTorch| over all elements and memory formats, in units of `rms`. */
  readonly float32Error: number;
  /** Terms in the longest sum that makes one element. */
  readonly reduction: number;
  /** Every element of a small tensor, */
  readonly values?: readonly number[];
  /** or those at `samplePositions`. */
  readonly samples?: readonly number[];
}

/** How an input is generated: uniform on [low, high), or whole numbers in that range. */
export interface GoldenInput {
  readonly shape: readonly number[];
  readonly low: number;
  readonly high: number;
  readonly integer: boolean;
}

export interface OperationCase {
  readonly name: string;
  readonly attributes: Readonly<Record<string, unknown>>;
  readonly inputs: Readonly<Record<string, GoldenInput>>;
  /** Range of the upstream gradient of the first output. */
  readonly dy: { readonly low: number; readonly high: number };
  /** Names of the inputs whose gradients are among `outputs`, as d<name>. */
  readonly differentiate: readonly string[];
  readonly outputs: Readonly<Record<string, GoldenTensor>>;
}

export interface OperationGolden {
  readonly origin: GoldenOrigin;
  readonly operation: string;
  readonly cases: readonly OperationCase[];
}

export interface TrainingGolden {
  readonly name: string;
  readonly form: 'torch' | 'caffe';
  readonly nesterov: boolean;
  /** Which parameters decay: convolution and linear weights, or all. */
  readonly decay: 'weights' | 'all';
  readonly momentum: number;
  readonly weightDecay: number;
  /** One a step. */
  readonly learningRates: readonly number[];
  /** Before each step, in float64 PyTorch. */
  readonly losses: readonly number[];
  /** Relative, of float32 PyTorch. */
  readonly float32Errors: readonly number[];
}

export interface NetworkGolden {
  readonly origin: GoldenOrigin;
  readonly network: string;
  /** Height and width of the images, pixels. */
  readonly size: number;
  readonly batch: number;
  readonly trainingBatch: number;
  readonly classes: number;
  /** Range of every batch-norm beta: of the step whose gradients are compared, and of the ten steps. */
  readonly beta: readonly [low: number, high: number];
  readonly trainingBeta: readonly [low: number, high: number];
  readonly loss: GoldenTensor;
  readonly logits: GoldenTensor;
  /** Of the state of the ten steps, with its running statistics. */
  readonly inferenceLogits: GoldenTensor;
  readonly gradients: Readonly<Record<string, GoldenTensor>>;
  /** Running statistics after one training pass. */
  readonly buffers: Readonly<Record<string, GoldenTensor>>;
  readonly trainings: readonly TrainingGolden[];
}

export interface RandomGolden {
  readonly origin: GoldenOrigin;
  readonly streams: readonly {
    readonly seed: number;
    readonly purpose: string;
    readonly epoch: number;
    readonly index: number;
    readonly lane: number;
    readonly uint32: number;
    readonly uniform: number;
  }[];
  /** The first values of purpose `mapped`, seed 1, on [-0.365, 0.365). */
  readonly mapped: readonly number[];
}

export interface ProtocolGolden {
  readonly origin: GoldenOrigin;
  readonly network: string;
  readonly images: number;
  readonly cropSize: number;
  readonly shorterSide: number;
  /** Of several scales. */
  readonly shorterSides: readonly number[];
  readonly mean: readonly number[];
  readonly deviation: readonly number[];
  readonly beta: readonly [low: number, high: number];
  /** Of 10-crop and of several scales in the ensemble. */
  readonly weights: readonly [number, number];
  /** `[images, classes]` each. */
  readonly probabilities: Readonly<Record<'tenCrop' | 'multiScale' | 'ensemble', GoldenTensor>>;
}
