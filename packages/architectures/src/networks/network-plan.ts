import type { BufferSpec, Checkpointing, ForwardResult, NetworkState, ParameterSpec } from '@resnet-ts/tensor-ops';
import type { Tensor4D } from '@tensorflow/tfjs-core';
import type { ForwardMode, LayerRow } from '@resnet-ts/residual-blocks';

/** How a network runs: the mode of its blocks, and what it keeps for the backward pass. */
export interface NetworkMode extends ForwardMode {
  readonly checkpointing: Checkpointing;
}

/** A table turned into what it owns, what it counts and how it runs. Holds no tensor. */
export interface NetworkPlan {
  readonly parameters: readonly ParameterSpec[];
  readonly buffers: readonly BufferSpec[];
  readonly layers: readonly LayerRow[];
  /** @param images `[N, H, W, C]`, already checked */
  forward(images: Tensor4D, state: NetworkState, mode: NetworkMode): ForwardResult;
}
