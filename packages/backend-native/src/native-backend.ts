import { KernelBackend } from '@resnet-ts/backend-core';
import type { backend_util } from '@tensorflow/tfjs-core';
import { totalmem } from 'node:os';
import { AddonMemory } from './addon-memory.js';
import type { NativeAddon } from './addon.js';

/** `tf.memory()` on the native backend: the engine's counts, and what the backend holds from the system. */
export interface NativeMemory {
  unreliable: boolean;
  reasons: string[];
  /** Bytes of native tensor memory held from the system: in use, and free for reuse. */
  nativeBytesHeld: number;
  /** Bytes of native tensor memory behind living tensors. */
  nativeBytesInUse: number;
  /** Bytes of weights packed for inference, which come with a first evaluation and go with the filters. */
  nativeBytesPrepared: number;
  /** Bytes that kernels keep as scratch (packed filters, partial sums): settles once every thread has taken part. */
  nativeBytesScratch: number;
}

/**
 * Float32 arrays from outside are copied from this size on. Initial weights and velocities are replaced in the first step,
 * and the memory of JavaScript arrays cannot be reused: 196 MiB of ResNet-50's peak. A batch of CIFAR is smaller.
 */
const COPIED_BYTES = 2 ** 21;

/**
 * The TensorFlow.js backend `native`: the pure-JavaScript CPU backend, so that every tfjs op works, with float32
 * outputs of native kernels in pooled native memory. At most half of the machine's memory is kept free for reuse.
 */
export class NativeBackend extends KernelBackend {
  constructor(readonly addon: NativeAddon) {
    super(addon, new AddonMemory(addon), { maximumFree: totalmem() / 2 });
  }

  protected override incoming(values: backend_util.BackendValues): backend_util.BackendValues {
    const large = values instanceof Float32Array && values.byteLength >= COPIED_BYTES && !this.pool.owns(values);
    return large ? this.copyIn(values) : values;
  }

  override memory(): NativeMemory {
    const { held, inUse, prepared, scratch } = this.memoryHeld();
    return {
      unreliable: false,
      reasons: [],
      nativeBytesHeld: held,
      nativeBytesInUse: inUse,
      nativeBytesPrepared: prepared,
      nativeBytesScratch: scratch,
    };
  }
}
