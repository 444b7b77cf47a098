import type { FeatureShape } from './feature-shape.js';

/** What a row of a layer table stands for. ReLU and addition are fused into their neighbours and have no row. */
export type LayerKind =
  | 'convolution'
  | 'batch-norm'
  | 'zero-pad-shortcut'
  | 'max-pool'
  | 'average-pool'
  | 'global-average-pool'
  | 'linear';

/** One layer of a network, counted from its definition: no tensor is made. */
export interface LayerRow {
  /** Name of the module in torchvision, e.g. `layer1.0.conv1`. */
  readonly name: string;
  readonly kind: LayerKind;
  /** `[H, W, C]`, or `[features]` for vectors. */
  readonly inputShape: readonly number[];
  readonly outputShape: readonly number[];
  /** Trained numbers: filters, biases, γ and β. Running statistics are not among them. */
  readonly parameters: number;
  /**
   * Multiply-adds for one image. Only convolutions and linear layers count, as in the paper's Table 1;
   * batch norm, pooling, ReLU, bias and addition are 0.
   */
  readonly multiplyAdds: number;
}

/** Row of a convolution `[k, k, Cin / groups, Cout]`; a bias adds Cout parameters and no multiply-add. */
export function convolutionRow(
  name: string,
  kernelSize: number,
  inputShape: FeatureShape,
  outputShape: FeatureShape,
  { bias = false, groups = 1 }: { readonly bias?: boolean; readonly groups?: number } = {},
): LayerRow {
  const [height, width, outputChannels] = outputShape;
  const weights = kernelSize * kernelSize * (inputShape[2] / groups) * outputChannels;
  return {
    name,
    kind: 'convolution',
    inputShape,
    outputShape,
    parameters: weights + (bias ? outputChannels : 0),
    multiplyAdds: weights * height * width,
  };
}

/** Row of a batch norm over `[H, W, C]`: γ and β. */
export function batchNormRow(name: string, shape: FeatureShape): LayerRow {
  return { name, kind: 'batch-norm', inputShape: shape, outputShape: shape, parameters: 2 * shape[2], multiplyAdds: 0 };
}

/** Row of a fully connected layer with bias. */
export function linearRow(name: string, inputs: number, outputs: number): LayerRow {
  return {
    name,
    kind: 'linear',
    inputShape: [inputs],
    outputShape: [outputs],
    parameters: (inputs + 1) * outputs,
    multiplyAdds: inputs * outputs,
  };
}

/** Row of a layer that only moves numbers: pooling and the zero-pad shortcut. */
export function parameterFreeRow(
  name: string,
  kind: 'zero-pad-shortcut' | 'max-pool' | 'average-pool' | 'global-average-pool',
  inputShape: readonly number[],
  outputShape: readonly number[],
): LayerRow {
  return { name, kind, inputShape, outputShape, parameters: 0, multiplyAdds: 0 };
}
