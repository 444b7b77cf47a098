import type { Tensor4D } from '@tensorflow/tfjs-core';
import type {
  ActivationObserver,
  BufferSpec,
  NamedTensors,
  NetworkState,
  ParameterSpec,
  StepRandomness,
} from '@resnet-ts/tensor-ops';
import type { FeatureShape } from './feature-shape.js';
import type { LayerRow } from './layer-row.js';

/** What a piece of a network owns, as data: enough to initialise, save and count it. */
export interface NetworkPart {
  readonly inputShape: FeatureShape;
  readonly outputShape: FeatureShape;
  readonly parameters: readonly ParameterSpec[];
  readonly buffers: readonly BufferSpec[];
  readonly layers: readonly LayerRow[];
}

export interface ForwardMode {
  /** True: batch statistics, running statistics updated. False: running statistics. */
  readonly training: boolean;
  /** What stochastic depth and dropout draw from in training; without it nothing is dropped. */
  readonly randomness?: StepRandomness | undefined;
  /** Is shown the responses of batch norms; the outputs of blocks are the network's to show. */
  readonly observe?: ActivationObserver | undefined;
}

export interface BlockResult {
  /** `[N, OH, OW, Cout]`. */
  readonly y: Tensor4D;
  /** New running statistics by name when training; empty otherwise. */
  readonly buffers: NamedTensors;
}

/**
 * A block: a list of what it owns and one pure function. It holds no tensor; state goes in and comes out.
 *
 * Every block passes the suite in `block.conformance.ts`.
 */
export interface Block extends NetworkPart {
  /**
   * @param x `[N, H, W, Cin]` float32; any N, H and W (the listed shapes are those it is counted for)
   * @param state must hold every name in `parameters` and `buffers`
   */
  apply(x: Tensor4D, state: NetworkState, mode: ForwardMode): BlockResult;
}

/** Everything the pieces own, in the order of the pieces. */
export function ownedBy(parts: readonly NetworkPart[]): Pick<NetworkPart, 'parameters' | 'buffers' | 'layers'> {
  return {
    parameters: parts.flatMap((part) => part.parameters),
    buffers: parts.flatMap((part) => part.buffers),
    layers: parts.flatMap((part) => part.layers),
  };
}
