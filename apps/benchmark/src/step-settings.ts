/** What every contender of `bench step` must do in the same way; handed to each as one JSON argument. */
export interface StepSettings {
  readonly network: string;
  readonly batch: number;
  readonly threads: number;
  /** Height and width of the images, pixels. */
  readonly imageSize: number;
  readonly classes: number;
  /** Folder of CIFAR-10's binary files; null for synthetic images. */
  readonly cifarFolder: string | null;
  /** Synthetic images in the set. */
  readonly examples: number;
  readonly learningRate: number;
  readonly momentum: number;
  /** Of convolution filters and linear weights only. */
  readonly weightDecay: number;
}

/** Nesterov momentum, the recipe of the quickstart at a constant rate; what it is does not change the time of a step. */
export const OPTIMIZER = { learningRate: 0.1, momentum: 0.9, weightDecay: 5e-4 };
