/** The parts of the safetensors format that this project reads and writes. */
export type SafetensorsDtype = 'F32' | 'I32' | 'U8';
export type SafetensorsData = Float32Array | Int32Array | Uint8Array;

/** One tensor of a file. */
export interface SafetensorsEntry {
  readonly dtype: SafetensorsDtype;
  readonly shape: readonly number[];
  /** Row-major values: Float32Array for F32, Int32Array for I32, Uint8Array for U8. */
  readonly data: SafetensorsData;
}

export interface SafetensorsFile {
  readonly tensors: Record<string, SafetensorsEntry>;
  /** The free text pairs of `__metadata__`. */
  readonly metadata: Record<string, string>;
}

export const BYTES_PER_ELEMENT: Readonly<Record<SafetensorsDtype, number>> = { F32: 4, I32: 4, U8: 1 };

/** The header is preceded by its length: 8 bytes, little-endian. */
export const LENGTH_BYTES = 8;

/** The reference implementation's own limit. ResNet-1202 with its optimiser state has 0.7 MB of header. */
export const LARGEST_HEADER_BYTES = 100_000_000;

export const METADATA_KEY = '__metadata__';
