import { operationsConformance } from '@resnet-ts/tensor-ops/conformance';
import { setupBackend } from '@resnet-ts/test-utils';
import { beforeAll, describe, expect, it } from 'vitest';
import { loadResult } from '../load-addon.js';
import { nativeStatus } from '../native-status.js';
import { setConvolutionAlgorithm } from '../set-convolution-algorithm.js';
import { nativeSuite } from './native-suite.js';

/**
 * The transforms of Winograd F(4×4, 3×3) add and subtract multiples of the data up to 8, so its error is a few times
 * that of the direct sum: 2.2 times the tolerance was seen for 64 channels. winograd-error.test.ts has the bound.
 */
const WINOGRAD_FACTOR = 4;

/**
 * The conformance suite of tensor-ops, with either convolution algorithm, on one instruction set, which the calling file has put into RESNET_ISA before it
 * imported this one (vitest runs each file in its own process). A set this processor lacks is skipped, by name.
 */
export function conformanceSuite(instructionSet: string): void {
  const { failure } = loadResult();
  if (failure?.kind === 'refused') {
    describe.skip(`${instructionSet}: ${failure.reason}`, () => {
      it('is not supported here', () => undefined);
    });
    return;
  }
  nativeSuite(`native backend on ${instructionSet}`, () => {
    beforeAll(() => setupBackend('native'));

    it('runs the instruction set asked for', () => {
      const status = nativeStatus();
      expect(status.loaded && status.instructionSet).toBe(instructionSet);
    });

    // The scalar reference has one algorithm.
    const algorithms = instructionSet === 'reference' ? (['direct'] as const) : (['fast', 'direct'] as const);
    describe.each(algorithms)('%s convolution', (algorithm) => {
      beforeAll(() => {
        setConvolutionAlgorithm(algorithm);
      });
      const toleranceFactor = algorithm === 'fast' ? WINOGRAD_FACTOR : 1;
      operationsConformance('native', { test: it, expectKernels: true, toleranceFactor });
    });
  });
}
