import { readFileSync, writeFileSync } from 'node:fs';
import {
  createCounterRandom,
  decodeSafetensors,
  disposeNamed,
  encodeSafetensors,
  initializeNetwork,
} from '@resnet-ts/tensor-ops';
import type { NamedTensors, NetworkState, SafetensorsEntry } from '@resnet-ts/tensor-ops';
import * as tf from '@tensorflow/tfjs-core';
import { networkOf, widenedTable } from '../network.js';
import { encodeNetwork } from '../onnx/encode-network.js';
import type { OnnxWeight } from '../onnx/encode-network.js';
import type { ContenderSettings } from '../settings.js';

const SEED = 1;

/**
 * Of the last γ of every block. At 1 the activations of an untrained network grow by half with each block, beyond any
 * float in one of 600; what they are does not change the time.
 */
const LAST_GAMMA = 0.2;

export interface Inference {
  /** Writes the state and `examples` images as safetensors. */
  exportStart(file: string, examples: number): void;
  /** Writes the network with its state as ONNX. */
  exportOnnx(file: string, batch: number): void;
  /** Logits of the images of a file, from the state of that file. */
  verify(file: string): number[];
  /** Seconds of k batches, logits read back. */
  run(steps: number): { seconds: number };
}

/** Whole images through the network in inference mode, on the active backend. */
export function createInference(settings: ContenderSettings): Inference {
  const network = networkOf(settings);
  const { batch, imageSize, classes } = settings;
  const lastNorm = `.bn${widenedBlock(settings)}.weight`;
  const shape = [batch, imageSize, imageSize, 3] as [number, number, number, number];
  const random = createCounterRandom({ seed: SEED, purpose: 'synthetic images' });
  const noise = Float32Array.from(
    { length: shape.reduce((a, b) => a * b, 1) },
    (_, at) => (random.uint32(at) >>> 24) - 127.5,
  );
  const images = tf.tensor4d(noise, shape);
  let state = initialState();

  function initialState(): NetworkState {
    const { parameters, buffers } = initializeNetwork(network, { seed: SEED });
    const scaled = Object.entries(parameters).map(([name, tensor]) => {
      if (!(name.startsWith('layer') && name.endsWith(lastNorm))) return [name, tensor] as const;
      const smaller = tf.mul(tensor, LAST_GAMMA);
      tensor.dispose();
      return [name, smaller] as const;
    });
    return { parameters: Object.fromEntries(scaled), buffers };
  }

  const logitsOf = (batchOfImages: tf.Tensor4D): Float32Array => {
    const logits = tf.tidy(() => network.apply(batchOfImages, state, { training: false }).logits);
    const values = logits.dataSync<'float32'>();
    logits.dispose();
    return values;
  };
  const tensors = (): NamedTensors => ({ ...state.parameters, ...state.buffers });

  return {
    exportStart(file, examples) {
      const entries: Record<string, SafetensorsEntry> = {};
      for (const [name, tensor] of Object.entries(tensors())) {
        entries[name] = { dtype: 'F32', shape: tensor.shape, data: tensor.dataSync<'float32'>() };
      }
      const first = noise.subarray(0, (noise.length / batch) * examples);
      entries['images'] = { dtype: 'F32', shape: [examples, ...shape.slice(1)], data: first };
      entries['labels'] = { dtype: 'I32', shape: [examples], data: new Int32Array(examples) };
      writeFileSync(file, encodeSafetensors(entries));
    },
    exportOnnx(file, size) {
      const table = widenedTable(settings.network, settings.width);
      if (table.kind === 'vgg') throw new RangeError('expected a residual or plain network');
      const weights = Object.entries(tensors()).map(([name, tensor]): [string, OnnxWeight] => {
        return [name, { shape: tensor.shape, data: tensor.dataSync<'float32'>() }];
      });
      writeFileSync(
        file,
        encodeNetwork({ table, batch: size, imageSize, classes, weights: Object.fromEntries(weights) }),
      );
    },
    verify(file) {
      const start = decodeSafetensors(readFileSync(file), file).tensors;
      disposeNamed(state.parameters);
      disposeNamed(state.buffers);
      const read = (specs: readonly { readonly name: string }[]): NamedTensors =>
        Object.fromEntries(specs.map(({ name }) => [name, tensorOf(start[name], name)]));
      state = { parameters: read(network.parameters), buffers: read(network.buffers) };
      const given = tensorOf(start['images'], 'images') as tf.Tensor4D;
      const logits = [...logitsOf(given)];
      given.dispose();
      return logits;
    },
    run(steps) {
      const start = performance.now();
      for (let step = 0; step < steps; step += 1) logitsOf(images);
      return { seconds: (performance.now() - start) / 1000 };
    },
  };
}

/** The number of the last batch norm in a block's branch. */
function widenedBlock({ network, width }: ContenderSettings): number {
  const table = widenedTable(network, width);
  return table.kind === 'residual' && table.block === 'bottleneck' ? 3 : 2;
}

function tensorOf(entry: SafetensorsEntry | undefined, name: string): tf.Tensor {
  if (entry === undefined) throw new RangeError(`expected ${name} in the exported state`);
  return tf.tensor(entry.data, [...entry.shape]);
}
