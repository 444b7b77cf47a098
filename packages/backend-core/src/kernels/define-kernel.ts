import { getKernel } from '@tensorflow/tfjs-core';
import type { KernelConfig, KernelFunc, TensorInfo } from '@tensorflow/tfjs-core';
import type { KernelBackend } from '../kernel-backend.js';

/** One run of a kernel: its inputs by name, its typed attributes, and the backend that runs it. */
export interface KernelCall<Inputs, Attributes> {
  readonly inputs: Inputs;
  readonly attributes: Attributes;
  readonly backend: KernelBackend;
}

/** A kernel still to be bound to the name of a backend. */
export type KernelDefinition = (backendName: string) => KernelConfig;

type Outputs = TensorInfo | TensorInfo[];

/** The one place where tfjs's untyped kernel parameters become ours: the registry knows neither names nor attributes. */
function typed<Inputs, Attributes>(parameters: Parameters<KernelFunc>[0]): KernelCall<Inputs, Attributes> {
  const { inputs, attrs, backend } = parameters;
  return { inputs: inputs as Inputs, attributes: (attrs ?? {}) as Attributes, backend: backend as KernelBackend };
}

/** A kernel of this project's contract. */
export function defineKernel<Inputs, Attributes>(
  kernelName: string,
  run: (call: KernelCall<Inputs, Attributes>) => Outputs,
): KernelDefinition {
  return (backendName) => ({ kernelName, backendName, kernelFunc: (parameters) => run(typed(parameters)) });
}

/**
 * A faster form of a stock tfjs kernel. `run` returns undefined for a case it does not cover, and the kernel inherited
 * from the CPU backend answers.
 */
export function overrideKernel<Inputs, Attributes>(
  kernelName: string,
  run: (call: KernelCall<Inputs, Attributes>) => Outputs | undefined,
): KernelDefinition {
  return (backendName) => {
    const inherited = getKernel(kernelName, 'cpu').kernelFunc;
    const kernelFunc: KernelFunc = (parameters) => run(typed(parameters)) ?? inherited(parameters);
    return { kernelName, backendName, kernelFunc };
  };
}
