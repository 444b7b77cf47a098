import type { Checkpointing } from '@resnet-ts/tensor-ops';

/** What does the arithmetic of a contender written in TypeScript: a TensorFlow.js backend. */
export type BackendName = 'native' | 'cpu' | 'wasm' | 'tensorflow';

/** `bf16-mixed`: bfloat16 storage and products, float32 sums and master weights. */
export type Precision = 'float32' | 'bf16-mixed';

/** What every contender must do in the same way; handed to each as one JSON argument. */
export interface ContenderSettings {
  readonly network: string;
  /** Multiplies the channels of every layer; 1 is the paper's network. */
  readonly width: number;
  readonly batch: number;
  readonly threads: number;
  readonly precision: Precision;
  /** Of ours: what a step keeps for its backward pass; null for the network's own choice. */
  readonly checkpointing: Checkpointing | null;
  /** Of ours: `fast` uses Winograd where it applies. */
  readonly convolution: 'fast' | 'direct';
  /** Height and width of the images, pixels. */
  readonly imageSize: number;
  readonly classes: number;
  /** Folder of CIFAR-10's binary files; null for synthetic images. */
  readonly cifarFolder: string | null;
  /** Synthetic images in the set. */
  readonly examples: number;
  /** Of the timed steps. */
  readonly learningRate: number;
  readonly momentum: number;
  /** Of convolution filters and linear weights only. */
  readonly weightDecay: number;
}

/**
 * Nesterov momentum as in the quickstart, at a constant rate that no network diverges at: a loss of NaN would end the
 * run. What the rate is does not change the time of a step.
 */
export const OPTIMIZER = { learningRate: 0.01, momentum: 0.9, weightDecay: 5e-4 };
