import type { Padding2d } from '../contracts/padding.js';
import { expected } from '../errors/expected.js';
import { ArgumentError, ShapeError } from '../errors/residual-error.js';
import { assertInteger } from './assert-value.js';

/** Stride and padding of a sliding window, as callers give them. */
export interface WindowOptions {
  /** Pixels between neighbouring windows, both axes. Default 1. */
  readonly stride?: number;
  /** Zero pixels around the image: one number for all four sides, or each side. Default 0. */
  readonly padding?: number | Padding2d;
}

/** Stride and padding with the defaults filled in: the attributes every windowed kernel takes. */
export interface WindowGeometry {
  readonly stride: number;
  readonly padding: Padding2d;
}

/** Fills in the defaults and checks the numbers. @throws ArgumentError */
export function windowGeometry(options: WindowOptions): WindowGeometry {
  const { stride = 1, padding = 0 } = options;
  assertInteger(stride, 'stride', 1);
  if (typeof padding === 'number') {
    assertInteger(padding, 'padding', 0);
    return { stride, padding: { top: padding, bottom: padding, left: padding, right: padding } };
  }
  if (typeof padding !== 'object' || padding === null) {
    throw new ArgumentError(
      expected('a number or { top, bottom, left, right }', 'padding', padding, 'give the pixels: "same" is ambiguous'),
    );
  }
  const { top, bottom, left, right } = padding;
  assertInteger(top, 'padding.top', 0);
  assertInteger(bottom, 'padding.bottom', 0);
  assertInteger(left, 'padding.left', 0);
  assertInteger(right, 'padding.right', 0);
  return { stride, padding: { top, bottom, left, right } };
}

/**
 * Positions of a window along one axis: floor((size + before + after − window) / stride) + 1.
 *
 * @throws ShapeError when the window does not fit
 * @example
 * windowOutputSize({ size: 224, window: 7, stride: 2, before: 3, after: 3, axis: 'height' }); // 112
 */
export function windowOutputSize(axis: {
  readonly size: number;
  readonly window: number;
  readonly stride: number;
  readonly before: number;
  readonly after: number;
  readonly axis: 'height' | 'width';
}): number {
  const padded = axis.size + axis.before + axis.after;
  if (padded < axis.window) {
    throw new ShapeError(
      expected(
        `a padded ${axis.axis} >= the window's ${axis.window} pixels`,
        'x',
        padded,
        'pad more or use a larger image',
      ),
    );
  }
  return Math.floor((padded - axis.window) / axis.stride) + 1;
}

/** Height and width of the output of a window sliding over an image. @throws ShapeError when it does not fit */
export function windowOutput(
  [height, width]: readonly [height: number, width: number],
  [windowHeight, windowWidth]: readonly [height: number, width: number],
  { stride, padding }: WindowGeometry,
): [height: number, width: number] {
  return [
    windowOutputSize({
      size: height,
      window: windowHeight,
      stride,
      before: padding.top,
      after: padding.bottom,
      axis: 'height',
    }),
    windowOutputSize({
      size: width,
      window: windowWidth,
      stride,
      before: padding.left,
      after: padding.right,
      axis: 'width',
    }),
  ];
}
