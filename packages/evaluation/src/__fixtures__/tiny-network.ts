import {
  convolutionBatchNorm,
  convolutionBatchNormInference,
  globalAveragePool,
  initializeNetwork,
  linear,
  type BatchStream,
  type BufferSpec,
  type ImageClassifier,
  type NamedTensors,
  type NetworkState,
  type ParameterSpec,
} from '@resnet-ts/tensor-ops';
import * as tf from '@tensorflow/tfjs-core';

const CLASSES = 3;

/**
 * A residual network small enough to compute by hand: conv1 (3 to 4 channels), `layer1.0` and `layer1.1` of one
 * convolution each, added to their input, `layer2.0` without shortcut and of stride 2, pooling, fc. It observes as the
 * networks of architectures do.
 */
export function tinyNetwork(): ImageClassifier {
  const units = [
    { block: 'stem', conv: 'conv1', bn: 'bn1', channels: [3, 4], stride: 1, residual: false },
    { block: 'layer1.0', conv: 'layer1.0.conv1', bn: 'layer1.0.bn1', channels: [4, 4], stride: 1, residual: true },
    { block: 'layer1.1', conv: 'layer1.1.conv1', bn: 'layer1.1.bn1', channels: [4, 4], stride: 1, residual: true },
    { block: 'layer2.0', conv: 'layer2.0.conv1', bn: 'layer2.0.bn1', channels: [4, 5], stride: 2, residual: false },
  ] as const;
  const parameters: ParameterSpec[] = units.flatMap(({ conv, bn, channels: [inputs, outputs] }): ParameterSpec[] => [
    {
      name: `${conv}.weight`,
      role: 'convolution-filter',
      shape: [3, 3, inputs, outputs],
      initializer: { kind: 'he-normal', fan: 'out' },
    },
    { name: `${bn}.weight`, role: 'batch-norm-gamma', shape: [outputs], initializer: { kind: 'ones' } },
    { name: `${bn}.bias`, role: 'batch-norm-beta', shape: [outputs], initializer: { kind: 'zeros' } },
  ]);
  const buffers: BufferSpec[] = units.flatMap(({ bn, channels: [, outputs] }): BufferSpec[] => [
    { name: `${bn}.running_mean`, role: 'running-mean', shape: [outputs] },
    { name: `${bn}.running_var`, role: 'running-variance', shape: [outputs] },
  ]);
  return {
    name: 'tiny',
    inputShape: [6, 6, 3],
    classes: CLASSES,
    parameters: [
      ...parameters,
      { name: 'fc.weight', role: 'linear-weight', shape: [5, CLASSES], initializer: { kind: 'uniform-fan-in' } },
      { name: 'fc.bias', role: 'linear-bias', shape: [CLASSES], initializer: { kind: 'zeros' } },
    ],
    buffers,
    apply(images, state, { training, observe }) {
      const named = (tensors: NamedTensors, name: string) => tensors[name] as tf.Tensor1D;
      let updated: Record<string, tf.Tensor> = {};
      let x = images;
      for (const { block, conv, bn, stride, residual } of units) {
        const filter = state.parameters[`${conv}.weight`] as tf.Tensor4D;
        const affine = { gamma: named(state.parameters, `${bn}.weight`), beta: named(state.parameters, `${bn}.bias`) };
        const running = {
          mean: named(state.buffers, `${bn}.running_mean`),
          variance: named(state.buffers, `${bn}.running_var`),
        };
        const run = (options: object) => {
          if (!training) return convolutionBatchNormInference(x, filter, affine, running, { stride, padding: 1, ...options });
          const result = convolutionBatchNorm(x, filter, affine, running, { stride, padding: 1, ...options });
          updated = { ...updated, [`${bn}.running_mean`]: result.running.mean, [`${bn}.running_var`]: result.running.variance };
          return result.y;
        };
        if (observe?.normalized !== undefined) observe.normalized(bn, run({}));
        const y = run({ relu: true, ...(residual ? { residual: x } : {}) });
        x = observe?.output?.(block, y) ?? y;
      }
      const logits = linear(globalAveragePool(x), state.parameters['fc.weight'] as tf.Tensor2D, named(state.parameters, 'fc.bias'));
      return { logits, buffers: training ? updated : state.buffers };
    },
  };
}

/** Weights with γ, β and running statistics away from 1 and 0, so that a part left out shows. */
export function tinyState(network: ImageClassifier, seed = 1): NetworkState {
  const { parameters, buffers } = initializeNetwork(network, { seed });
  const shift = (tensors: NamedTensors, suffix: RegExp) =>
    Object.fromEntries(
      Object.entries(tensors).map(([name, tensor], index) => [
        name,
        suffix.test(name) ? tf.add(tensor, tf.randomUniform(tensor.shape, 0, 0.5, 'float32', seed + index)) : tensor,
      ]),
    );
  return { parameters: shift(parameters, /bn1\.|fc\.bias/), buffers: shift(buffers, /./) };
}

/** Batches of seeded images [n, 6, 6, 3]. Read it as often as needed. */
export function tinyBatches(sizes: readonly number[]): BatchStream {
  return {
    async iterator() {
      let index = 0;
      return {
        async next() {
          const size = sizes[index] ?? 0;
          const done = index >= sizes.length;
          index += 1;
          const images = tf.randomUniform<tf.Rank.R4>([size, 6, 6, 3], -1, 2, 'float32', 10 + index);
          const labels = tf.tensor1d(Array.from({ length: size }, (_, k) => (k + index) % CLASSES), 'int32');
          if (done) {
            images.dispose();
            labels.dispose();
          }
          return { value: { images, labels }, done };
        },
      };
    },
  };
}
