import type { BufferSpec, ForwardResult, NetworkState, ParameterSpec } from '@resnet-ts/tensor-ops';
import type { Tensor4D } from '@tensorflow/tfjs-core';
import type { ForwardMode, LayerRow } from '@resnet-ts/residual-blocks';

/** A table turned into what it owns, what it counts and how it runs. Holds no tensor. */
export interface NetworkPlan {
  readonly parameters: readonly ParameterSpec[];
  readonly buffers: readonly BufferSpec[];
  readonly layers: readonly LayerRow[];
  /** @param images `[N, H, W, C]`, already checked */
  forward(images: Tensor4D, state: NetworkState, mode: ForwardMode): ForwardResult;
}
