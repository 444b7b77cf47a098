import type { BlockMemory } from '@resnet-ts/backend-core';
import type { BlockHandle, NativeAddon } from './addon.js';

/**
 * Blocks of native memory, which JavaScript sees without a copy. One nobody disposes is freed by the garbage collector,
 * like any typed array.
 */
export class AddonMemory implements BlockMemory {
  private readonly handles = new WeakMap<ArrayBuffer, BlockHandle>();

  constructor(private readonly addon: Pick<NativeAddon, 'allocate' | 'free' | 'memoryHeld'>) {}

  allocate(bytes: number): ArrayBuffer | null {
    const made = this.addon.allocate(bytes);
    if (made === null) return null;
    this.handles.set(made.buffer, made.handle);
    return made.buffer;
  }

  free(block: ArrayBuffer): void {
    const handle = this.handles.get(block);
    if (handle !== undefined) this.addon.free(block, handle);
  }

  view(block: ArrayBuffer, length: number): Float32Array {
    return new Float32Array(block, 0, length);
  }

  blockOf(view: ArrayBufferView): ArrayBufferLike {
    return view.buffer;
  }

  bytesHeld(): number {
    return this.addon.memoryHeld().blocks;
  }
}
