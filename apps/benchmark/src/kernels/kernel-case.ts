import type { Padding2d } from '@resnet-ts/tensor-ops/kernels';

/** Convolutions of one training step and its fused forms (`-add`: the last of a block, with its shortcut), batch norm, pooling. */
export const KERNEL_OPERATIONS = [
  'forward',
  'data-gradient',
  'filter-gradient',
  'forward-batch-norm',
  'forward-batch-norm-add',
  'backward-batch-norm',
  'backward-batch-norm-add',
  'inference',
  'batch-norm',
  'batch-norm-gradient',
  'max-pool',
  'max-pool-gradient',
  'global-average-pool',
  'global-average-pool-gradient',
] as const;

export type KernelOperation = (typeof KERNEL_OPERATIONS)[number];

/** One kernel on one shape, as plain data: handed to the worker, and to PyTorch's. */
export interface KernelCase {
  readonly subject: string;
  readonly operation: KernelOperation;
  readonly batch: number;
  /** `[H, W, C]` */
  readonly input: readonly [number, number, number];
  /** `[H, W, C]`; `[1, 1, C]` of a global pool. */
  readonly output: readonly [number, number, number];
  /** Side of the filter or window, pixels. */
  readonly size: number;
  readonly stride: number;
  readonly padding: Padding2d;
  /** Groups of a convolution's channels; 1 of everything else. */
  readonly groups: number;
  /** Floating-point operations of direct convolution. */
  readonly operations: number;
  /** What must at least move: every input read once, every output written once. */
  readonly bytes: number;
}
