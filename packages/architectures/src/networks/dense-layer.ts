import type { Tensor1D, Tensor2D } from '@tensorflow/tfjs-core';
import { linear, type NetworkState, type ParameterSpec } from '@resnet-ts/tensor-ops';
import { linearRow, namedTensor, type LayerRow } from '@resnet-ts/residual-blocks';

/** A fully connected layer with bias, as data and one function. */
export interface DenseLayer {
  readonly parameters: readonly ParameterSpec[];
  readonly layers: readonly LayerRow[];
  /** `[N, inputs]` → `[N, outputs]` */
  apply(x: Tensor2D, state: NetworkState): Tensor2D;
}

/** `name.weight` is `[inputs, outputs]`: tfjs's order, the transpose of torchvision's. */
export function denseLayer(name: string, inputs: number, outputs: number): DenseLayer {
  return {
    parameters: [
      {
        name: `${name}.weight`,
        role: 'linear-weight',
        shape: [inputs, outputs],
        initializer: { kind: 'uniform-fan-in' },
      },
      { name: `${name}.bias`, role: 'linear-bias', shape: [outputs], initializer: { kind: 'zeros' } },
    ],
    layers: [linearRow(name, inputs, outputs)],
    apply: (x, { parameters }) =>
      linear(x, namedTensor<Tensor2D>(parameters, `${name}.weight`), namedTensor<Tensor1D>(parameters, `${name}.bias`)),
  };
}
