import type { Tensor, Tensor2D, Tensor4D } from '@tensorflow/tfjs-core';
import type { ActivationObserver } from './activation-observer.js';
import type { Checkpointing } from './checkpointing.js';
import type { StepRandomness } from './step-randomness.js';

/** Tensors by name; names follow torchvision: `layer1.0.conv1.weight`, `layer1.0.bn1.running_mean`, `fc.weight`. */
export type NamedTensors = Readonly<Record<string, Tensor>>;

/** What a parameter is; decides its initial value and whether weight decay applies to it. */
export type ParameterRole =
  | 'convolution-filter' // [kH, kW, Cin, Cout]
  | 'convolution-bias' // [Cout]
  | 'linear-weight' // [in, out]
  | 'linear-bias' // [out]
  | 'batch-norm-gamma' // [C]
  | 'batch-norm-beta'; // [C]

/** How a parameter starts. `fan` is the field's n in the paper's std = sqrt(2 / n). */
export type Initializer =
  | { readonly kind: 'zeros' }
  | { readonly kind: 'ones' }
  | { readonly kind: 'constant'; readonly value: number }
  | { readonly kind: 'he-normal'; readonly fan: 'in' | 'out' }
  | { readonly kind: 'identity' } // the first Cin outputs are the inputs, the others he-normal, fan out
  | { readonly kind: 'uniform-fan-in' }; // ± 1 / sqrt(fan-in)

export interface ParameterSpec {
  readonly name: string;
  readonly role: ParameterRole;
  readonly shape: readonly number[];
  readonly initializer: Initializer;
}

/** Running statistics of batch norm: not trained, but saved and restored. */
export interface BufferSpec {
  readonly name: string;
  readonly role: 'running-mean' | 'running-variance';
  readonly shape: readonly number[];
}

export interface NetworkState {
  readonly parameters: NamedTensors;
  readonly buffers: NamedTensors;
}

export interface ForwardResult {
  /** `[N, classes]`. */
  readonly logits: Tensor2D;
  /** All buffers after this forward pass: new tensors when training, the very ones passed in otherwise. */
  readonly buffers: NamedTensors;
}

/**
 * A network: a table turned into parameter and buffer lists and one pure function. It holds no tensors itself;
 * state goes in and comes out.
 *
 * @example
 * const network = createNetwork('resnet20');
 * const state = initializeNetwork(network, { seed: 1 });
 * const { logits } = network.apply(images, state, { training: false });
 */
export interface ImageClassifier {
  readonly name: string;
  /** `[H, W, C]` of the images the table is counted for. */
  readonly inputShape: readonly [height: number, width: number, channels: number];
  readonly classes: number;
  readonly parameters: readonly ParameterSpec[];
  readonly buffers: readonly BufferSpec[];
  /**
   * @param images `[N, H, W, C]` float32
   * @param options.training batch statistics (and updated buffers) when true, running statistics when false
   * @param options.checkpointing what is kept for the backward pass; the network's own choice where absent. It changes
   *   memory and time, not one bit of the results
   * @param options.randomness what stochastic depth and dropout draw from in training; without it nothing is dropped
   * @param options.observe is shown activations on the way, and may replace the outputs of blocks
   */
  apply(
    images: Tensor4D,
    state: NetworkState,
    options: {
      readonly training: boolean;
      readonly checkpointing?: Checkpointing | undefined;
      readonly randomness?: StepRandomness | undefined;
      readonly observe?: ActivationObserver | undefined;
    },
  ): ForwardResult;
}
