import * as tf from '@tensorflow/tfjs-core';
import type { Tensor } from '@tensorflow/tfjs-core';
import { compareGolden, roundingBound, WINOGRAD_ERROR_GROWTH } from '../golden/compare-golden.js';
import type { Deviation } from '../golden/compare-golden.js';
import { integerValues, sizeOf, uniformValues } from '../golden/generated-values.js';
import type { GoldenInput, OperationCase } from '../golden/golden-types.js';
import type { Inputs, OperationCall } from './operation-calls.js';

/** A backend of its own kernels may use Winograd where it applies. */
function mayUseWinograd({ inputs, attributes }: OperationCase): boolean {
  const [height, width] = inputs['filter']?.shape ?? [];
  return height === 3 && width === 3 && attributes['stride'] === 1;
}

/**
 * Runs one golden case on the active backend: outputs, then gradients. No tensor outlives the call.
 *
 * @param ownKernels whether the backend brings its own kernels, with algorithms of its choice
 */
export function runCase(
  operation: string,
  operationCall: OperationCall,
  golden: OperationCase,
  seed: number,
  ownKernels: boolean,
): Deviation[] {
  const growth = ownKernels && mayUseWinograd(golden) ? WINOGRAD_ERROR_GROWTH : 1;
  return tf.tidy(() => {
    const purpose = (name: string): string => `${operation}/${golden.name}/${name}`;
    const inputs: Inputs = Object.fromEntries(
      Object.entries(golden.inputs).map(([name, input]) => [name, generatedTensor(seed, purpose(name), input)]),
    );
    const results = operationCall.call(inputs, golden.attributes);
    if (golden.differentiate.length > 0) {
      const shape = results['y']?.shape ?? [];
      const dy = generatedTensor(seed, purpose('dy'), { ...golden.dy, shape, integer: false });
      const gradients = tf.grads((...differentiated: Tensor[]) => {
        const variables = Object.fromEntries(
          golden.differentiate.map((name, index) => [name, differentiated[index] as Tensor]),
        );
        return operationCall.call({ ...inputs, ...variables }, golden.attributes)['y'] as Tensor;
      })(
        golden.differentiate.map((name) => inputs[name] as Tensor),
        dy,
      );
      golden.differentiate.forEach((name, index) => (results[`d${name}`] = gradients[index] as Tensor));
    }
    return Object.entries(golden.outputs).map(([name, output]) => {
      const tensor = results[name];
      if (tensor === undefined) throw new Error(`expected an output ${name} of ${purpose('')}, received none`);
      const actual = { shape: tensor.shape, values: tensor.dataSync() };
      return compareGolden(purpose(name), actual, output, growth * roundingBound(output.reduction));
    });
  });
}

function generatedTensor(seed: number, purpose: string, { shape, low, high, integer }: GoldenInput): Tensor {
  const count = sizeOf(shape);
  // Whole numbers are labels only where the rank says so; pooling and ReLU take them as float32.
  if (integer && shape.length === 1) return tf.tensor(integerValues(seed, purpose, count, low, high), [count], 'int32');
  const values = integer
    ? Float32Array.from(integerValues(seed, purpose, count, low, high))
    : uniformValues(seed, purpose, count, low, high);
  return tf.tensor(values, [...shape]);
}
