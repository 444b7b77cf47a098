import { blockSize, type MemoryPool } from './memory-pool.js';

/** Weights in the form a kernel wants them. */
export interface PreparedWeightsRequest {
  /** Data of the tensor that the prepared weights belong to, and go with. */
  readonly owner: object;
  /** Data of the other tensors they are made from. */
  readonly sources: readonly object[];
  /** Whatever else they depend on, as text. */
  readonly form: string;
  readonly floats: number;
  readonly prepare: (values: Float32Array) => void;
}

interface Entry {
  readonly sources: readonly object[];
  readonly form: string;
  readonly values: Float32Array;
  readonly bytes: number;
}

/**
 * Weights packed once and used at every call: one form for each owner, the last one asked for. Packing the filters of
 * ResNet-50 takes as long as running one image.
 */
export class PreparedWeights {
  private readonly entries = new WeakMap<object, Entry>();
  private held = 0;

  constructor(private readonly pool: MemoryPool) {}

  /** Bytes of the pool behind all of them. */
  get bytes(): number {
    return this.held;
  }

  get({ owner, sources, form, floats, prepare }: PreparedWeightsRequest): Float32Array {
    const known = this.entries.get(owner);
    if (known !== undefined) {
      if (known.form === form && sources.every((source, index) => source === known.sources[index])) return known.values;
      this.drop(owner);
    }
    const values = this.pool.allocate(floats);
    prepare(values);
    this.pool.retain(values);
    const bytes = blockSize(floats * 4);
    this.held += bytes;
    this.entries.set(owner, { sources, form, values, bytes });
    return values;
  }

  /** Gives the memory back: the owner is disposed. */
  drop(owner: object): void {
    const entry = this.entries.get(owner);
    if (entry === undefined) return;
    this.entries.delete(owner);
    this.held -= entry.bytes;
    this.pool.release(entry.values);
  }
}
