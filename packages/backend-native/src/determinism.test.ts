import * as kernels from '@resnet-ts/tensor-ops/kernels';
import { setupBackend } from '@resnet-ts/test-utils';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { KERNEL_CASES, runCase } from './__fixtures__/kernel-cases.js';
import { supportedInstructionSets } from './__fixtures__/instruction-sets.js';
import { nativeSuite } from './__fixtures__/native-suite.js';
import { loadNative, nativeStatus, setThreads } from './index.js';

nativeSuite('bits do not depend on the number of threads', () => {
  const status = nativeStatus();
  const sets = supportedInstructionSets();

  beforeAll(() => setupBackend('native'));
  afterAll(() => {
    if (status.loaded) loadNative().selectInstructionSet(status.instructionSet);
  });

  it('covers every kernel of the contract', () => {
    expect(KERNEL_CASES.map((kernelCase) => kernelCase.kernel)).toEqual(expect.arrayContaining(Object.values(kernels)));
  });

  describe.each(sets)('%s', (set) => {
    beforeAll(() => {
      loadNative().selectInstructionSet(set);
    });

    it.each(KERNEL_CASES)('$kernel on 1, 2, 3 and 7 threads', (kernelCase) => {
      const [one, ...others] = [1, 2, 3, 7].map((threads) => {
        setThreads(threads);
        return runCase(kernelCase);
      });
      for (const other of others) expect(other).toEqual(one);
    });
  });
});
