import type { ResidualTable } from '@resnet-ts/architectures';
import { UnsupportedError } from '@resnet-ts/tensor-ops';
import { OnnxGraph } from './graph.js';

/** A parameter or running statistic in this project's layout. */
export interface OnnxWeight {
  readonly shape: readonly number[];
  readonly data: Float32Array;
}

export type OnnxWeights = Readonly<Record<string, OnnxWeight>>;

export interface NetworkToEncode {
  readonly table: ResidualTable;
  readonly batch: number;
  /** Height and width of the images. */
  readonly imageSize: number;
  readonly classes: number;
  /** By torchvision's names. */
  readonly weights: OnnxWeights;
}

/** Adds of 1e-5 before the square root, as everywhere in this project. */
const EPSILON = 1e-5;

/**
 * A residual or plain network for inference as an ONNX file: input `images` `[N, 3, H, W]`, output `logits` `[N, classes]`.
 * Batch norm stays a node of its own: runtimes fold it themselves.
 *
 * @throws UnsupportedError for networks after the paper
 */
export function encodeNetwork({ table, batch, imageSize, classes, weights }: NetworkToEncode): Uint8Array {
  if (!isOfThePaper(table)) {
    throw new UnsupportedError(
      `${table.name} cannot be written as ONNX yet: only the paper's own blocks and stems can`,
    );
  }
  const builder = new NetworkBuilder(weights);
  const imagenet = table.stem.kind === 'imagenet';
  let x = builder.unit('images', 'conv1', 'bn1', imagenet ? 2 : 1, true);
  if (imagenet) {
    x = builder.graph.node('MaxPool', 'maxpool', [x], { kernel_shape: [3, 3], strides: [2, 2], pads: [1, 1, 1, 1] });
  }
  let channels = table.stem.channels;
  table.stages.forEach((stage, stageIndex) => {
    for (let block = 0; block < stage.blocks; block += 1) {
      const stride = stageIndex > 0 && block === 0 ? 2 : 1;
      const name = `layer${stageIndex + 1}.${block}`;
      const outputs = table.block === 'bottleneck' ? 4 * stage.channels : stage.channels;
      x = builder.block(x, { name, table, stride, channels, outputs });
      channels = outputs;
    }
  });
  const pooled = builder.graph.node('GlobalAveragePool', 'avgpool', [x]);
  const features = builder.graph.node('Flatten', 'features', [pooled], { axis: 1 });
  builder.graph.node('Gemm', 'logits', [features, builder.weight('fc.weight'), builder.weight('fc.bias')]);
  return builder.graph.encode(
    { name: 'images', shape: [batch, 3, imageSize, imageSize] },
    { name: 'logits', shape: [batch, classes] },
  );
}

function isOfThePaper({ block, stem, shortcut, groups = 1, squeezeRatio }: ResidualTable): boolean {
  return (
    ['plain', 'basic', 'bottleneck'].includes(block) &&
    ['cifar', 'imagenet'].includes(stem.kind) &&
    shortcut !== 'D' &&
    groups === 1 &&
    squeezeRatio === undefined
  );
}

interface BlockShape {
  readonly name: string;
  readonly table: ResidualTable;
  readonly stride: number;
  readonly channels: number;
  readonly outputs: number;
}

class NetworkBuilder {
  readonly graph = new OnnxGraph();
  readonly #weights: OnnxWeights;

  constructor(weights: OnnxWeights) {
    this.#weights = weights;
  }

  /** Convolution, batch norm, and ReLU where asked for. */
  unit(x: string, convolution: string, norm: string, stride: number, relu: boolean): string {
    const filter = `${convolution}.weight`;
    const [size = 1] = this.#find(filter).shape;
    const pad = Math.floor(size / 2);
    const attributes = { kernel_shape: [size, size], strides: [stride, stride], pads: [pad, pad, pad, pad] };
    const z = this.graph.node('Conv', convolution, [x, this.weight(filter)], attributes);
    const parts = ['weight', 'bias', 'running_mean', 'running_var'].map((part) => this.weight(`${norm}.${part}`));
    const y = this.graph.node('BatchNormalization', norm, [z, ...parts], { epsilon: EPSILON });
    return relu ? this.graph.node('Relu', `${norm}.relu`, [y]) : y;
  }

  block(x: string, { name, table, stride, channels, outputs }: BlockShape): string {
    let branch = x;
    if (table.block === 'bottleneck') {
      const [first, second] = table.stride === 'v1' ? [stride, 1] : [1, stride];
      branch = this.unit(branch, `${name}.conv1`, `${name}.bn1`, first, true);
      branch = this.unit(branch, `${name}.conv2`, `${name}.bn2`, second, true);
      branch = this.unit(branch, `${name}.conv3`, `${name}.bn3`, 1, false);
    } else {
      branch = this.unit(branch, `${name}.conv1`, `${name}.bn1`, stride, true);
      branch = this.unit(branch, `${name}.conv2`, `${name}.bn2`, 1, false);
    }
    if (table.block !== 'plain') {
      branch = this.graph.node('Add', `${name}.add`, [branch, this.#shortcut(x, { name, stride, channels, outputs })]);
    }
    return this.graph.node('Relu', `${name}.relu`, [branch]);
  }

  /** Names a weight in the graph, in ONNX's layout: `[out, in, kH, kW]` and, for Gemm, `[in, out]` as it is. */
  weight(name: string): string {
    const { shape, data } = this.#find(name);
    if (shape.length !== 4) return this.graph.floats(name, shape, data);
    const [height = 1, width = 1, inputs = 1, outputs = 1] = shape;
    const moved = new Float32Array(data.length);
    for (let at = 0; at < data.length; at += 1) {
      const output = at % outputs;
      const input = Math.floor(at / outputs) % inputs;
      const pixel = Math.floor(at / (outputs * inputs));
      moved[(output * inputs + input) * height * width + pixel] = data[at] ?? 0;
    }
    return this.graph.floats(name, [outputs, inputs, height, width], moved);
  }

  /** The paper's options: a projection where there are weights for one, zero padding where only the shape changes. */
  #shortcut(x: string, { name, stride, channels, outputs }: Omit<BlockShape, 'table'>): string {
    const projection = `${name}.downsample.0`;
    if (this.#weights[`${projection}.weight`] !== undefined) {
      return this.unit(x, projection, `${name}.downsample.1`, stride, false);
    }
    if (stride === 1 && channels === outputs) return x;
    const integers = (part: string, values: readonly number[]): string =>
      this.graph.integers(`${name}.shortcut.${part}`, values);
    const bounds = [integers('starts', [0, 0]), integers('ends', [2 ** 31, 2 ** 31]), integers('axes', [2, 3])];
    const sliced = this.graph.node('Slice', `${name}.slice`, [x, ...bounds, integers('steps', [stride, stride])]);
    const pads = integers('pads', [0, 0, 0, 0, 0, outputs - channels, 0, 0]);
    return this.graph.node('Pad', `${name}.pad`, [sliced, pads]);
  }

  #find(name: string): OnnxWeight {
    const weight = this.#weights[name];
    if (weight === undefined) throw new RangeError(`expected ${name} among the weights`);
    return weight;
  }
}
