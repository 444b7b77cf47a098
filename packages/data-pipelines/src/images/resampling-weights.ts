// Imports nothing: see unreadable-image.ts.

/** How samples are interpolated, named as sharp does; `linear` is Pillow's bilinear, `cubic` its bicubic. */
export type ResamplingKernel = 'nearest' | 'linear' | 'cubic' | 'mitchell' | 'lanczos2' | 'lanczos3';

/** One direction of a view: `length` pixels from `offset` on become `scaled`, of which `count` from `first` on are wanted. */
export interface ScaledAxis {
  readonly offset: number;
  readonly length: number;
  readonly scaled: number;
  readonly first: number;
  readonly count: number;
}

/** The weights of one direction, in the form of native/resample.h. */
export interface ResamplingWeights {
  /** The input pixels that are read: so many from here on. */
  readonly offset: number;
  readonly length: number;
  /** Where each output begins to read, from `offset`. */
  readonly starts: Int32Array;
  /** `[outputs, pairs, 4]`: the upper parts of two weights, then their lower parts. */
  readonly pairs: Int16Array;
  readonly pairsPerOutput: number;
}

const FRACTION = 2 ** 22;
const LOWER_BITS = 11;

interface Kernel {
  /** Half its width, pixels of the smaller of both sizes. */
  readonly support: number;
  weight(distance: number): number;
}

/** Mitchell and Netravali's family of cubics. */
function cubic(b: number, c: number): Kernel {
  return {
    support: 2,
    weight(x) {
      if (x < 1) return ((12 - 9 * b - 6 * c) * x ** 3 + (-18 + 12 * b + 6 * c) * x ** 2 + 6 - 2 * b) / 6;
      return x < 2
        ? ((-b - 6 * c) * x ** 3 + (6 * b + 30 * c) * x ** 2 + (-12 * b - 48 * c) * x + 8 * b + 24 * c) / 6
        : 0;
    },
  };
}

function lanczos(lobes: number): Kernel {
  const sinc = (x: number): number => (x === 0 ? 1 : Math.sin(Math.PI * x) / (Math.PI * x));
  return { support: lobes, weight: (x) => (x < lobes ? sinc(x) * sinc(x / lobes) : 0) };
}

const KERNELS: Readonly<Record<ResamplingKernel, Kernel>> = {
  nearest: { support: 0, weight: () => 1 },
  linear: { support: 1, weight: (x) => (x < 1 ? 1 - x : 0) },
  cubic: {
    support: 2,
    // Pillow's terms in Pillow's order, for the same bits.
    weight(x) {
      if (x < 1) return (1.5 * x - 2.5) * x * x + 1;
      return x < 2 ? (((x - 5) * x + 8) * x - 4) * -0.5 : 0;
    },
  },
  mitchell: cubic(1 / 3, 1 / 3),
  lanczos2: lanczos(2),
  lanczos3: lanczos(3),
};

/**
 * The weights that Pillow resizes with (`precompute_coeffs`): the kernel around the output's centre, widened when
 * shrinking, cut off at the edges, with a sum of 1, in whole 2⁻²² parts. `nearest` is the pixel the centre lies in.
 */
export function resamplingWeights(kernel: ResamplingKernel, axis: ScaledAxis): ResamplingWeights {
  const { support, weight } = KERNELS[kernel];
  const scale = axis.length / axis.scaled;
  const widened = Math.max(1, scale);
  const centre = (output: number): number => (axis.first + output + 0.5) * scale;
  const begin = (output: number): number =>
    kernel === 'nearest'
      ? Math.min(axis.length - 1, Math.trunc(centre(output)))
      : Math.max(0, Math.trunc(centre(output) - support * widened + 0.5));
  const end = (output: number): number =>
    kernel === 'nearest'
      ? begin(output) + 1
      : Math.min(axis.length, Math.trunc(centre(output) + support * widened + 0.5));

  let most = 1;
  for (let output = 0; output < axis.count; output += 1) most = Math.max(most, end(output) - begin(output));
  const pairsPerOutput = Math.ceil(most / 2);
  const offset = begin(0);
  const length = end(axis.count - 1) - offset;
  const starts = new Int32Array(axis.count);
  const pairs = new Int16Array(axis.count * pairsPerOutput * 4);
  const raw = new Float64Array(most);
  for (let output = 0; output < axis.count; output += 1) {
    const [from, taps] = [begin(output), end(output) - begin(output)];
    let sum = 0;
    for (let tap = 0; tap < taps; tap += 1) {
      const value = weight(Math.abs((tap + from - centre(output) + 0.5) * (1 / widened)));
      raw[tap] = value;
      sum += value;
    }
    // Further left where the last pair would reach over the end: then it does by one pixel at most, of weight 0.
    const start = Math.max(0, Math.min(from - offset, length - 2 * pairsPerOutput));
    starts[output] = start;
    for (let tap = 0; tap < taps; tap += 1) {
      const at = from - offset - start + tap;
      const place = 4 * (output * pairsPerOutput + (at >> 1)) + (at & 1);
      const fraction = toFraction((raw[tap] ?? 0) / sum);
      pairs[place] = fraction >> LOWER_BITS;
      pairs[place + 2] = fraction & ((1 << LOWER_BITS) - 1);
    }
  }
  return { offset: axis.offset + offset, length, starts, pairs, pairsPerOutput };
}

/** Rounded half away from zero. */
function toFraction(weight: number): number {
  return Math.trunc(weight * FRACTION + (weight < 0 ? -0.5 : 0.5));
}
