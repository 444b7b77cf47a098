import {
  DataError,
  decodeSafetensors,
  describe,
  encodeSafetensors,
  type NamedTensors,
  type SafetensorsEntry,
} from '@resnet-ts/tensor-ops';
import * as tf from '@tensorflow/tfjs-core';

/** What a file of tensors must hold. */
export interface TensorSpec {
  readonly name: string;
  readonly shape: readonly number[];
}

/** Float32 values by name, still outside tfjs. */
export type NamedValues = ReadonlyMap<string, { readonly shape: readonly number[]; readonly data: Float32Array }>;

/** Tensors as the bytes of a safetensors file; the same tensors give the same bytes. */
export async function encodeTensors(tensors: NamedTensors, metadata: Record<string, string>): Promise<Uint8Array> {
  const entries: Record<string, SafetensorsEntry> = {};
  for (const [name, tensor] of Object.entries(tensors)) {
    const data = await tensor.data();
    if (!(data instanceof Float32Array)) throw new TypeError(`tensor ${name} is not float32`);
    entries[name] = { dtype: 'F32', shape: tensor.shape, data };
  }
  return encodeSafetensors(entries, metadata);
}

/** Reads exactly the tensors asked for. Throws DataError naming the first that is missing, extra or of another shape. */
export function decodeTensors(bytes: Uint8Array, specs: readonly TensorSpec[], source: string): NamedValues {
  const { tensors } = decodeSafetensors(bytes, source);
  const values = new Map<string, { shape: readonly number[]; data: Float32Array }>();
  for (const { name, shape } of specs) {
    const found = tensors[name];
    if (found === undefined)
      throw new DataError(source, `expected tensor ${name} of shape ${describe([...shape])}, found none`);
    const data = found.data;
    if (!(data instanceof Float32Array) || found.shape.join() !== shape.join()) {
      throw new DataError(
        source,
        `expected F32 of shape ${describe([...shape])} for ${name}, received ${found.dtype} of shape ${describe([...found.shape])}`,
      );
    }
    values.set(name, { shape, data });
  }
  const extra = Object.keys(tensors).find((name) => !values.has(name));
  if (extra !== undefined) throw new DataError(source, `holds tensor ${extra}, which the network does not have`);
  return values;
}

/** Values of the tensors named, in that order, as tensors on the current backend. The caller disposes them. */
export function toTensors(values: NamedValues, specs: readonly TensorSpec[]): NamedTensors {
  return Object.fromEntries(
    specs.map(({ name }) => {
      const value = values.get(name);
      if (value === undefined) throw new RangeError(`no values for ${name}`);
      return [name, tf.tensor(value.data, [...value.shape], 'float32')];
    }),
  );
}
