import { afterEach, describe, expect, it } from 'vitest';
import { startFake } from '../__fixtures__/start-fake.js';
import type { ContenderProcess } from '../contenders/contender-process.js';
import { exitCodes } from '../exit-codes.js';
import { verifySameLosses } from './verify.js';

let contenders: ContenderProcess[] = [];
afterEach(() => {
  for (const contender of contenders) contender.close();
});

const startPair = async (losses: number[]): Promise<[ContenderProcess, ContenderProcess[]]> => {
  contenders = [await startFake('ours', { losses: [2, 1] }), await startFake('peer', { losses })];
  const [ours, ...peers] = contenders;
  return [ours as ContenderProcess, peers];
};

describe('verifySameLosses', () => {
  it('accepts rounding', async () => {
    expect(await verifySameLosses(...(await startPair([2.0001, 1.0005])))).toEqual({
      ours: [2, 1],
      peer: [2.0001, 1.0005],
    });
  });

  it.each([
    [[2.01, 1], /loss of step 1 is 2 in ours and 2.01 in peer/],
    [[2, 1.01], /loss of step 2 is 1 in ours and 1.01 in peer/],
    [[Number.NaN, 1], /loss of step 1/],
  ])('refuses %j', async (losses, message) => {
    const pair = await startPair(losses);
    await expect(verifySameLosses(...pair)).rejects.toThrow(
      expect.objectContaining({ exitCode: exitCodes.notTheSame, message: expect.stringMatching(message) }),
    );
  });
});
