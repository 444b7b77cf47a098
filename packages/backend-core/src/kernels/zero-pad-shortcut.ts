import { expected, ShapeError } from '@resnet-ts/tensor-ops';
import { ZERO_PAD_SHORTCUT, ZERO_PAD_SHORTCUT_GRADIENT } from '@resnet-ts/tensor-ops/kernels';
import type { ZeroPadShortcutAttributes, ZeroPadShortcutGradientAttributes } from '@resnet-ts/tensor-ops/kernels';
import type { TensorInfo } from '@tensorflow/tfjs-core';
import { integersOf, numbersOf } from './attributes.js';
import { defineKernel } from './define-kernel.js';
import { floatsOf, shape4 } from './shapes.js';
import type { Shape4 } from './shapes.js';

function outputShape(input: Shape4, { stride, outputChannels, channelsBefore }: ZeroPadShortcutAttributes): Shape4 {
  if (channelsBefore + input[3] > outputChannels) {
    throw new ShapeError(expected(`at least ${channelsBefore + input[3]}`, 'outputChannels', outputChannels));
  }
  return [input[0], Math.ceil(input[1] / stride), Math.ceil(input[2] / stride), outputChannels];
}

function integers(input: Shape4, output: Shape4, { stride, channelsBefore }: ZeroPadShortcutAttributes): Int32Array {
  return integersOf(...input, stride, channelsBefore, output[1], output[2], output[3]);
}

export const zeroPadShortcut = defineKernel<{ x: TensorInfo }, ZeroPadShortcutAttributes>(
  ZERO_PAD_SHORTCUT,
  ({ inputs: { x }, attributes, backend }) => {
    const input = shape4(x, 'x');
    const output = outputShape(input, attributes);
    const y = backend.output(output);
    backend.engine.zeroPadShortcut(integers(input, output, attributes), numbersOf(), backend.floats(x), y.values);
    return [y.info];
  },
);

export const zeroPadShortcutGradient = defineKernel<{ dy: TensorInfo }, ZeroPadShortcutGradientAttributes>(
  ZERO_PAD_SHORTCUT_GRADIENT,
  ({ inputs: { dy }, attributes, backend }) => {
    const output = outputShape(attributes.inputShape, attributes);
    const dyValues = floatsOf(backend, dy, output, 'dy');
    const dx = backend.output(attributes.inputShape);
    backend.engine.zeroPadShortcutGradient(
      integers(attributes.inputShape, output, attributes),
      numbersOf(),
      dyValues,
      dx.values,
    );
    return [dx.info];
  },
);
