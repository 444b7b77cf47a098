import { operationsConformance } from '@resnet-ts/tensor-ops/conformance';
import { beforeAll, describe, expect, it } from 'vitest';
import { useBackend } from '../__fixtures__/use-variant.js';
import { BACKEND_NAME } from '../index.js';
import type { WasmBackend } from '../index.js';

/** As on the native backend: Winograd adds and subtracts multiples of the data up to 8. */
const WINOGRAD_FACTOR = 4;

describe.each([
  ['simd128', 'fast'],
  ['relaxed-simd', 'fast'],
  ['simd128', 'direct'],
] as const)('%s, %s convolution', (variant, algorithm) => {
  let backend: WasmBackend;
  beforeAll(async () => {
    backend = await useBackend({ variant });
    backend.engine.setDirectConvolution(algorithm === 'direct');
  });

  it('runs the module asked for', () => {
    expect(backend.variant).toBe(variant);
    expect(backend.convolutionAlgorithm).toBe(algorithm);
  });

  const toleranceFactor = algorithm === 'fast' ? WINOGRAD_FACTOR : 1;
  operationsConformance(BACKEND_NAME, { test: it, expectKernels: true, toleranceFactor });
});
