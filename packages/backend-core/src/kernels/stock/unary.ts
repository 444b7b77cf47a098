import { Relu, Step } from '@tensorflow/tfjs-core';
import type { StepAttrs, TensorInfo } from '@tensorflow/tfjs-core';
import type { KernelBackend } from '../../kernel-backend.js';
import { integersOf, numbersOf } from '../attributes.js';
import { overrideKernel } from '../define-kernel.js';
import { eligible } from './eligible.js';

export function runRelu(backend: KernelBackend, x: TensorInfo): TensorInfo {
  const y = backend.output(x.shape);
  backend.engine.relu(integersOf(), numbersOf(y.values.length), backend.floats(x), y.values);
  return y.info;
}

export const relu = overrideKernel<{ x: TensorInfo }, object>(Relu, ({ inputs: { x }, backend }) =>
  eligible(x) ? runRelu(backend, x) : undefined,
);

/** What the stock gradient of relu multiplies by. */
export const step = overrideKernel<{ x: TensorInfo }, StepAttrs>(Step, ({ inputs: { x }, attributes, backend }) => {
  if (!eligible(x)) return undefined;
  const y = backend.output(x.shape);
  backend.engine.step(integersOf(), numbersOf(y.values.length, attributes.alpha), backend.floats(x), y.values);
  return y.info;
});
