import type { Tensor4D } from '@tensorflow/tfjs-core';
import {
  AVERAGE_POOL,
  AVERAGE_POOL_GRADIENT,
  GLOBAL_AVERAGE_POOL,
  GLOBAL_AVERAGE_POOL_GRADIENT,
  MAX_POOL,
  MAX_POOL_GRADIENT,
  ZERO_PAD_SHORTCUT,
  ZERO_PAD_SHORTCUT_GRADIENT,
} from '../kernels.js';
import type { Padding2d } from '../kernels.js';
import { globalAveragePool } from '../ops/global-average-pool.js';
import { averagePool, maxPool } from '../ops/pooling.js';
import { zeroPadShortcut } from '../ops/zero-pad-shortcut.js';
import type { ConformanceCase, InputSpec } from './conformance-case.js';
import { outputsAndGradients } from './conformance-case.js';

interface PoolingShape {
  readonly x: readonly [number, number, number, number];
  readonly windowSize: number;
  readonly stride: number;
  readonly padding: number | Padding2d;
}

const SHAPES: readonly PoolingShape[] = [
  { x: [1, 1, 1, 1], windowSize: 1, stride: 1, padding: 0 },
  { x: [2, 9, 11, 3], windowSize: 3, stride: 2, padding: 1 },
  { x: [1, 8, 8, 64], windowSize: 3, stride: 2, padding: 1 },
  { x: [2, 7, 6, 17], windowSize: 2, stride: 2, padding: 0 },
  { x: [1, 5, 5, 2], windowSize: 3, stride: 1, padding: { top: 0, bottom: 2, left: 1, right: 0 } },
  { x: [1, 7, 7, 5], windowSize: 2, stride: 3, padding: 1 },
];

function poolingName({ x, windowSize, stride, padding }: PoolingShape): string {
  const around = typeof padding === 'number' ? String(padding) : Object.values(padding).join('/');
  return `${windowSize}x${windowSize} stride ${stride} padding ${around} of ${x.join('x')}`;
}

// Negative values show a zero from padding that wins; whole numbers make ties in nearly every window.
const MAX_POOL_VALUES: readonly { readonly label: string; readonly spec: Omit<InputSpec, 'shape'> }[] = [
  { label: 'mixed signs', spec: {} },
  { label: 'all negative', spec: { minimum: -3, maximum: -1 } },
  { label: 'with ties', spec: { minimum: -2, maximum: 1, whole: 'float32' } },
];

function maxPoolCases(shape: PoolingShape): ConformanceCase[] {
  return MAX_POOL_VALUES.map(({ label, spec }) => ({
    name: `max pool ${poolingName(shape)}, ${label}`,
    kernels: [MAX_POOL, MAX_POOL_GRADIENT],
    inputs: { x: { shape: shape.x, ...spec } },
    reductionLength: shape.windowSize ** 2,
    run: (inputs) => outputsAndGradients(inputs, ['x'], ({ x }) => ({ y: maxPool(x as Tensor4D, shape) })),
  }));
}

function averagePoolCases(shape: PoolingShape): ConformanceCase[] {
  return [true, false].map((countPadding) => ({
    name: `average pool ${poolingName(shape)}, padding ${countPadding ? 'counted' : 'not counted'}`,
    kernels: [AVERAGE_POOL, AVERAGE_POOL_GRADIENT],
    inputs: { x: { shape: shape.x } },
    reductionLength: shape.windowSize ** 2,
    run: (inputs) =>
      outputsAndGradients(inputs, ['x'], ({ x }) => ({ y: averagePool(x as Tensor4D, { ...shape, countPadding }) })),
  }));
}

const GLOBAL_SHAPES = [
  [1, 1, 1, 1],
  [3, 7, 7, 17],
  [2, 8, 8, 64],
  [1, 5, 3, 130],
] as const;

function globalAveragePoolCase(shape: readonly [number, number, number, number]): ConformanceCase {
  return {
    name: `global average pool of ${shape.join('x')}`,
    kernels: [GLOBAL_AVERAGE_POOL, GLOBAL_AVERAGE_POOL_GRADIENT],
    inputs: { x: { shape } },
    reductionLength: shape[1] * shape[2],
    run: (inputs) => outputsAndGradients(inputs, ['x'], ({ x }) => ({ y: globalAveragePool(x as Tensor4D) })),
  };
}

const SHORTCUTS = [
  { x: [2, 8, 8, 16], stride: 2, outputChannels: 32, placement: 'end' },
  { x: [1, 9, 7, 3], stride: 2, outputChannels: 8, placement: 'symmetric' },
  { x: [2, 5, 5, 17], stride: 1, outputChannels: 17, placement: 'end' },
  { x: [1, 7, 8, 5], stride: 3, outputChannels: 21, placement: 'symmetric' },
  { x: [1, 1, 1, 1], stride: 2, outputChannels: 2, placement: 'end' },
] as const;

function shortcutCase({ x: shape, ...options }: (typeof SHORTCUTS)[number]): ConformanceCase {
  return {
    name: `zero-pad shortcut stride ${options.stride} ${options.placement} of ${shape.join('x')} to ${options.outputChannels}`,
    kernels: [ZERO_PAD_SHORTCUT, ZERO_PAD_SHORTCUT_GRADIENT],
    inputs: { x: { shape } },
    reductionLength: 1,
    run: (inputs) => outputsAndGradients(inputs, ['x'], ({ x }) => ({ y: zeroPadShortcut(x as Tensor4D, options) })),
  };
}

/** Pooling and the parameter-free shortcut. */
export const POOLING_CASES: readonly ConformanceCase[] = [
  ...SHAPES.flatMap(maxPoolCases),
  ...SHAPES.flatMap(averagePoolCases),
  ...GLOBAL_SHAPES.map(globalAveragePoolCase),
  ...SHORTCUTS.map(shortcutCase),
];
