import '@tensorflow/tfjs-backend-cpu';
import * as tf from '@tensorflow/tfjs-core';
import type { Tensor1D, Tensor4D } from '@tensorflow/tfjs-core';
import { beforeAll, describe, expect, it } from 'vitest';
import {
  checkGradients,
  convolution64,
  normalize64,
  seededTensor,
  setupBackend,
  statistics64,
  type Array64,
} from '@resnet-ts/test-utils';
import { ArgumentError, ShapeError } from '../errors/residual-error.js';
import { groupedConvolution } from './grouped-convolution.js';
import { groupedConvolutionBatchNorm, groupedConvolutionBatchNormInference } from './grouped-convolution-batch-norm.js';

beforeAll(() => setupBackend('cpu'));

type Inputs64 = Readonly<Record<string, Array64>>;
const of = (inputs: Inputs64, name: string): Array64 => inputs[name] ?? { shape: [0], data: new Float64Array(0) };

/** The filter of the plain convolution that does the same: zero wherever input and output belong to different groups. */
function blockDiagonal64(filter: Array64, groups: number): Array64 {
  const [height = 0, width = 0, inputs = 0, outputs = 0] = filter.shape;
  const data = new Float64Array(filter.data.length * groups);
  for (let row = 0; row < height * width * inputs; row++) {
    const [tap, input] = [Math.floor(row / inputs), row % inputs];
    for (let output = 0; output < outputs; output++) {
      const group = Math.floor(output / (outputs / groups));
      data[(tap * inputs * groups + group * inputs + input) * outputs + output] =
        filter.data[row * outputs + output] ?? Number.NaN;
    }
  }
  return { shape: [height, width, inputs * groups, outputs], data };
}

const PADDING = { top: 1, bottom: 1, left: 1, right: 1 };

describe.each([
  { groups: 2, inputs: 4, outputs: 6, stride: 1 },
  { groups: 3, inputs: 3, outputs: 6, stride: 2 },
  { groups: 1, inputs: 3, outputs: 2, stride: 1 },
])('$groups groups, $inputs to $outputs channels, stride $stride', ({ groups, inputs, outputs, stride }) => {
  const options = { groups, stride, padding: PADDING };
  const tensors = () => ({
    x: seededTensor([2, 5, 4, inputs], 1),
    filter: seededTensor([3, 3, inputs / groups, outputs], 2),
  });
  const convolved64 = (values: Inputs64): Array64 =>
    convolution64(of(values, 'x'), blockDiagonal64(of(values, 'filter'), groups), options);

  it('is a plain convolution whose filter is zero across groups, gradients too', () => {
    checkGradients({
      label: `grouped convolution, ${groups} groups`,
      inputs: tensors(),
      operation: ({ x, filter }) => groupedConvolution(x as Tensor4D, filter as Tensor4D, options),
      float64: convolved64,
      closeness: { reductionLength: 40 },
    });
  });

  it.each([false, true])('with batch norm, residual and ReLU after it; training: %s', (training) => {
    const running = {
      mean: seededTensor([outputs], 3) as Tensor1D,
      variance: seededTensor([outputs], 4, { minimum: 0.5, maximum: 2 }) as Tensor1D,
    };
    const exact = (tensor: Tensor1D): Array64 => ({ shape: tensor.shape, data: Float64Array.from(tensor.dataSync()) });
    const fixed = { mean: exact(running.mean), variance: exact(running.variance) };
    const outputShape = [2, Math.ceil(5 / stride), Math.ceil(4 / stride), outputs] as [number, number, number, number];
    checkGradients({
      label: `grouped convolution + batch norm, ${groups} groups, training ${training}`,
      inputs: {
        ...tensors(),
        gamma: seededTensor([outputs], 5, { minimum: 0.5, maximum: 1.5 }),
        beta: seededTensor([outputs], 6),
        residual: seededTensor(outputShape, 7),
      },
      operation: ({ x, filter, gamma, beta, residual }) => {
        const affine = { gamma: gamma as Tensor1D, beta: beta as Tensor1D };
        const all = { ...options, relu: true, residual: residual as Tensor4D, epsilon: 1e-3 };
        return training
          ? groupedConvolutionBatchNorm(x as Tensor4D, filter as Tensor4D, affine, running, all).y
          : groupedConvolutionBatchNormInference(x as Tensor4D, filter as Tensor4D, affine, running, all);
      },
      float64: (values) => {
        const z = convolved64(values);
        const statistics = training ? statistics64(z) : fixed;
        const affine = { gamma: of(values, 'gamma'), beta: of(values, 'beta') };
        return normalize64(
          z,
          { ...affine, ...statistics },
          { epsilon: 1e-3, relu: true, residual: values['residual'] },
        );
      },
      closeness: { reductionLength: 40 },
    });
  });
});

describe('groupedConvolution refuses', () => {
  const x = () => tf.ones<tf.Rank.R4>([1, 4, 4, 6]);
  it.each([
    [[3, 3, 3, 4] as const, 4, ShapeError, /a divisor of the 6 input and 4 output channels for groups, received 4/],
    [[3, 3, 3, 5] as const, 2, ShapeError, /a divisor of the 6 input and 5 output channels/],
    [[3, 3, 6, 4] as const, 2, ShapeError, /a filter for 3 input channels a group/],
    [[3, 3, 6, 4] as const, 0, ArgumentError, /an integer >= 1 for groups, received 0/],
    [[3, 3, 6, 4] as const, 1.5, ArgumentError, /an integer >= 1 for groups/],
  ])('a filter %j in %d groups', (shape, groups, type, message) => {
    const apply = () => groupedConvolution(x(), tf.ones<tf.Rank.R4>([...shape]), { groups, padding: 1 });
    expect(apply).toThrow(type);
    expect(apply).toThrow(message);
  });
});
