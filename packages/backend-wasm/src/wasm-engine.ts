import { ENGINE_KERNELS } from '@resnet-ts/backend-core';
import type { EngineKernel, EngineKernelName, EngineTensor, KernelEngine } from '@resnet-ts/backend-core';
import { ResidualError } from '@resnet-ts/tensor-ops';
import { kernelIndices } from './wasm-exports.js';
import type { WasmExports } from './wasm-exports.js';
import { WasmMemory } from './wasm-memory.js';
import type { HostMemory } from './web-assembly.js';

const OUT_OF_MEMORY = 'expected memory for a tensor or the scratch space of a kernel, the system has no more';

/** What the module throws through when a kernel finds no memory: it has no exceptions of its own. */
export function throwOutOfMemory(): never {
  throw new ResidualError('ERR_OUT_OF_MEMORY', `${OUT_OF_MEMORY}; use a smaller batch`);
}

/** A tensor in memory of JavaScript, and where its copy is during a call. */
interface Copy {
  readonly tensor: Float32Array | Int32Array;
  readonly address: number;
}

/** The kernels of one instance of a module, as {@link KernelEngine} wants them. */
export class WasmKernels {
  readonly memory: WasmMemory;
  private readonly indices: ReadonlyMap<string, number>;
  /** Where the attributes and addresses of a call are written. */
  private area = 0;
  private areaBytes = 0;

  constructor(
    private readonly exports: WasmExports,
    private readonly heap: HostMemory,
  ) {
    exports.__wasm_call_ctors();
    this.indices = kernelIndices(exports, heap);
    this.memory = new WasmMemory(heap, exports);
  }

  /** Everything that a backend calls. */
  engine(): KernelEngine {
    const kernels = Object.fromEntries(
      ENGINE_KERNELS.map((name): [EngineKernelName, EngineKernel] => [
        name,
        (integers, numbers, ...tensors) => {
          this.call(name, integers, numbers, tensors);
        },
      ]),
    ) as Record<EngineKernelName, EngineKernel>;
    return {
      ...kernels,
      sgdUpdate: (integers, numbers, tensors) => {
        this.call('sgdUpdate', integers, numbers, tensors);
      },
      directConvolution: () => this.exports.directConvolution() !== 0,
      setDirectConvolution: (direct) => {
        this.exports.setDirectConvolution(Number(direct));
      },
      memoryHeld: () => ({ blocks: this.memory.bytesHeld(), scratch: this.exports.scratchBytes() >>> 0 }),
    };
  }

  private call(name: string, integers: Int32Array, numbers: Float64Array, tensors: readonly EngineTensor[]): void {
    const stack: unknown = this.exports.__stack_pointer.value;
    const copies: Copy[] = [];
    try {
      const addresses = tensors.map((tensor) => this.addressOf(tensor, copies));
      const at = this.writeCall(numbers, integers, addresses);
      this.exports.runKernel(this.indices.get(name) ?? -1, at.integers, at.numbers, at.tensors);
      for (const { tensor, address } of copies) tensor.set(this.bytesAs(tensor, address));
    } catch (error) {
      // The exception passed frames of C++ that had moved it.
      this.exports.__stack_pointer.value = stack;
      throw error;
    } finally {
      for (const { address } of copies) this.exports.release(address);
    }
  }

  /** Where a tensor is; one in memory of JavaScript (labels, small answers of a kernel) is copied in for the call. */
  private addressOf(tensor: EngineTensor, copies: Copy[]): number {
    if (tensor === null) return 0;
    const known = this.memory.addressOf(tensor);
    if (known !== undefined) return known;
    const address = this.exports.allocate(tensor.byteLength) >>> 0;
    if (address === 0) throwOutOfMemory();
    copies.push({ tensor, address });
    this.bytesAs(tensor, address).set(tensor);
    return address;
  }

  private bytesAs(tensor: Float32Array | Int32Array, address: number): Float32Array | Int32Array {
    const Type = tensor instanceof Float32Array ? Float32Array : Int32Array;
    return new Type(this.heap.buffer, address, tensor.length);
  }

  private writeCall(
    numbers: Float64Array,
    integers: Int32Array,
    addresses: readonly number[],
  ): { numbers: number; integers: number; tensors: number } {
    const integersAt = numbers.byteLength;
    const tensorsAt = integersAt + integers.byteLength;
    this.reserve(tensorsAt + addresses.length * 4);
    const { buffer } = this.heap;
    new Float64Array(buffer, this.area, numbers.length).set(numbers);
    new Int32Array(buffer, this.area + integersAt, integers.length).set(integers);
    new Uint32Array(buffer, this.area + tensorsAt, addresses.length).set(addresses);
    return { numbers: this.area, integers: this.area + integersAt, tensors: this.area + tensorsAt };
  }

  private reserve(bytes: number): void {
    if (bytes <= this.areaBytes) return;
    if (this.area !== 0) this.exports.release(this.area);
    this.area = this.areaBytes = 0;
    // Twice as much: an update of all tensors is the largest call by far.
    this.area = this.exports.allocate(bytes * 2) >>> 0;
    if (this.area === 0) throwOutOfMemory();
    this.areaBytes = bytes * 2;
  }
}
