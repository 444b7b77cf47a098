import type { ParameterSpec } from '../contracts/image-classifier.js';
import { expected } from '../errors/expected.js';
import { ArgumentError } from '../errors/residual-error.js';
import { createCounterRandom } from '../random/counter-random.js';

/** Values that feed one output, and outputs that one value feeds: `[kH, kW, Cin, Cout]` or `[in, out]`. */
function fans(spec: ParameterSpec): { fanIn: number; fanOut: number } {
  const [outputs, inputs, ...window] = [...spec.shape].reverse();
  if (outputs === undefined || inputs === undefined) {
    const remedy = 'only filters and weight matrices have a fan';
    throw new ArgumentError(expected('shape [kH, kW, Cin, Cout] or [in, out]', spec.name, [...spec.shape], remedy));
  }
  const windowSize = window.reduce((product, size) => product * size, 1);
  return { fanIn: windowSize * inputs, fanOut: windowSize * outputs };
}

/**
 * The initial values of one parameter, row-major: a pure function of (seed, parameter name, index).
 *
 * - `he-normal`: normal with standard deviation √(2 / n), n = kH·kW·Cin (fan in) or kH·kW·Cout (fan out)
 *   (He et al. 2015, equations 10 and 14; reference [13] of the paper)
 * - `identity`: of a filter with a middle, output c < Cin is input c; the other outputs are `he-normal`, fan out
 *   (arXiv 2404.00498, section 3.3)
 * - `uniform-fan-in`: uniform in ± 1/√n, n the fan in
 *
 * @throws ArgumentError for a random initializer on a vector, or an unknown one
 * @example
 * initialValues({ name: 'fc.bias', role: 'linear-bias', shape: [10], initializer: { kind: 'zeros' } }, 1);
 */
export function initialValues(spec: ParameterSpec, seed: number): Float32Array {
  const size = spec.shape.reduce((product, length) => product * length, 1);
  const values = new Float32Array(size);
  const { initializer } = spec;
  const random = createCounterRandom({ seed, purpose: `init:${spec.name}` });
  switch (initializer.kind) {
    case 'zeros':
      return values;
    case 'ones':
      return values.fill(1);
    case 'constant':
      return values.fill(initializer.value);
    case 'he-normal': {
      const { fanIn, fanOut } = fans(spec);
      const deviation = Math.sqrt(2 / (initializer.fan === 'in' ? fanIn : fanOut));
      return values.map((_, index) => deviation * random.normal(index));
    }
    case 'identity': {
      const [height = 0, width = 0, inputs = 0, outputs = 0] = spec.shape;
      if (spec.shape.length !== 4 || height % 2 === 0 || width % 2 === 0) {
        throw new ArgumentError(expected('a filter [odd, odd, Cin, Cout]', spec.name, [...spec.shape]));
      }
      const deviation = Math.sqrt(2 / fans(spec).fanOut);
      const middle = (height * width - 1) / 2;
      return values.map((_, index) => {
        const [row, output] = [Math.floor(index / outputs), index % outputs];
        if (output >= inputs) return deviation * random.normal(index);
        return row === middle * inputs + output ? 1 : 0;
      });
    }
    case 'uniform-fan-in': {
      const bound = 1 / Math.sqrt(fans(spec).fanIn);
      return values.map((_, index) => bound * (2 * random.uniform(index) - 1));
    }
    default:
      throw new ArgumentError(expected('a known initializer', spec.name, initializer satisfies never));
  }
}
