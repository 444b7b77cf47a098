import {
  disposeNamed,
  softmaxCrossEntropy,
  valueAndGradients,
  type NetworkState,
  type ParameterRole,
} from '@resnet-ts/tensor-ops';
import { forEachBatch, type AnalysisOptions } from './for-each-batch.js';

/** The gradient of the loss by one parameter. */
export interface GradientNorm {
  readonly parameter: string;
  readonly role: ParameterRole;
  /** ‖∂loss/∂w‖₂, the mean over batches. */
  readonly norm: number;
  /** Over ‖w‖₂: how fast the layer would turn at a learning rate of 1. Infinity for weights of 0. */
  readonly relative: number;
}

export interface GradientNormsOptions extends AnalysisOptions {
  /** Left as it is. */
  readonly state: NetworkState;
}

/**
 * The norm of the gradient by every parameter, in the order of the layers: the paper's argument that batch norm keeps
 * gradients from vanishing in plain and residual networks alike (section 4.1). The loss is the cross-entropy of a batch
 * in training mode, without weight decay. Norms are summed in float64.
 *
 * @throws ArgumentError without images or for a label out of range; DataError naming the batch for images of a wrong shape
 *
 * @example
 * const norms = await gradientNorms({ network, state, batches: source.epoch(0) });
 * norms.filter(({ role }) => role === 'convolution-filter').map(({ parameter, norm }) => `${parameter} ${norm}`);
 */
export async function gradientNorms(options: GradientNormsOptions): Promise<GradientNorm[]> {
  const { network, state } = options;
  const sums = new Map(network.parameters.map(({ name }) => [name, 0]));
  let batches = 0;
  await forEachBatch(options, async ({ images, labels }) => {
    const { loss, gradients, auxiliary } = valueAndGradients(state.parameters, (parameters) => {
      const { logits, buffers } = network.apply(images, { parameters, buffers: state.buffers }, { training: true });
      return { loss: softmaxCrossEntropy(logits, labels), auxiliary: buffers };
    });
    try {
      batches += 1;
      for (const [name, sum] of sums) sums.set(name, sum + norm(await gradients[name]?.data()));
    } finally {
      loss.dispose();
      disposeNamed(gradients);
      disposeNamed(auxiliary);
    }
  });
  return Promise.all(
    network.parameters.map(async ({ name, role }) => {
      const mean = (sums.get(name) ?? Number.NaN) / batches;
      return { parameter: name, role, norm: mean, relative: mean / norm(await state.parameters[name]?.data()) };
    }),
  );
}

function norm(values: ArrayLike<number> = []): number {
  let squares = 0;
  for (let index = 0; index < values.length; index += 1) squares += (values[index] ?? Number.NaN) ** 2;
  return Math.sqrt(squares);
}
