import type { Tensor4D } from '@tensorflow/tfjs-core';
import { dropout, type NetworkState } from '@resnet-ts/tensor-ops';
import { bareConvolution } from './bare-convolution.js';
import type { ForwardMode } from './block.js';
import type { ResidualBlockOptions } from './block-options.js';
import type { BranchEnd } from './branch-ends/branch-end.js';
import type { FeatureShape } from './feature-shape.js';
import { chooseShortcut } from './shortcuts/choose-shortcut.js';
import type { Shortcut, ShortcutOptions } from './shortcuts/shortcut.js';

export interface PreActivationBlockOptions extends Omit<ResidualBlockOptions, 'zeroInitResidual'> {
  /**
   * True for the first block of a stage: BN and ReLU then come before the branch splits off, so the shortcut starts from
   * the activated input; elsewhere it is x, untouched.
   */
  readonly activateShortcut: boolean;
  /** Dropout before the last convolution, in training (wide residual networks). From 0, the default, to below 1. */
  readonly dropoutRate?: number;
}

/** What both pre-activation blocks do alike around their convolutions. */
export interface PreActivationBranch {
  readonly shortcut: Shortcut;
  readonly ends: readonly BranchEnd[];
  /** What the shortcut starts from. */
  entrance(x: Tensor4D, activated: Tensor4D): Tensor4D;
  /** Dropout in training. */
  dropped(y: Tensor4D, mode: ForwardMode): Tensor4D;
  /** What acts on the branch before the addition. */
  finished(y: Tensor4D, state: NetworkState, mode: ForwardMode): Tensor4D;
}

export function preActivationBranch(
  { activateShortcut, dropoutRate = 0, ends: makers = [], ...options }: PreActivationBlockOptions,
  outputShape: FeatureShape,
): PreActivationBranch {
  const { name } = options;
  const shortcut = chooseShortcut(options.shortcut, { ...options, outputChannels: outputShape[2] }, bareProjection);
  const ends = makers.map((make) => make(name, outputShape));
  return {
    shortcut,
    ends,
    entrance: (x, activated) => (activateShortcut ? activated : x),
    dropped: (y, { training, randomness }) =>
      training && randomness !== undefined && dropoutRate > 0 ? dropout(y, { rate: dropoutRate, name, randomness }) : y,
    finished: (y, state, mode) =>
      ends.reduce((value, end) => (end.acts(mode) ? end.apply(value, state, mode) : value), y),
  };
}

/** A 1×1 convolution alone: the next block's batch norm comes soon enough. */
function bareProjection({ name, inputShape, outputChannels, stride }: ShortcutOptions): Shortcut {
  return bareConvolution({ name: `${name}.downsample.0`, inputShape, outputChannels, kernelSize: 1, stride });
}
