import { describeNetwork } from '@resnet-ts/architectures';
import { describe, expect, it } from 'vitest';
import { estimateTimeLeft } from './estimate-time.js';
import { planCifarRun } from './planned-run.js';
import type { RunResult } from './run-result.js';
import { FULL_SCALE } from './scale.js';

function result(network: string, progress: Partial<RunResult>): RunResult {
  return {
    ...{
      plan: planCifarRun(network, 1, FULL_SCALE),
      runFolder: '',
      stepsPlanned: 64_000,
      stepsDone: 0,
      finished: false,
    },
    ...{ trainingCurve: [], testCurve: [], testError: undefined, trainingError: undefined, seconds: 0 },
    ...progress,
  };
}

describe('estimateTimeLeft', () => {
  it('knows nothing before the first step', () => {
    expect(estimateTimeLeft([result('resnet20', {})])).toBeUndefined();
  });

  it('takes the pace of the network itself', () => {
    const half = result('resnet20', { stepsDone: 32_000, seconds: 4_000 });
    expect(estimateTimeLeft([half])).toEqual({ seconds: 4_000, estimated: false });
  });

  it('takes multiply-adds for a network that has not trained', () => {
    const done = result('resnet20', { stepsDone: 64_000, seconds: 8_000, finished: true });
    const left = estimateTimeLeft([done, result('resnet56', {})]);
    const ratio = describeNetwork('resnet56').multiplyAdds / describeNetwork('resnet20').multiplyAdds;
    expect(left?.estimated).toBe(true);
    expect(left?.seconds).toBeCloseTo(8_000 * ratio, 6);
  });

  it('has nothing left when all is done', () => {
    const done = result('resnet20', { stepsDone: 64_000, seconds: 8_000, finished: true });
    expect(estimateTimeLeft([done])).toEqual({ seconds: 0, estimated: false });
  });
});
