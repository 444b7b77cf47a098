import { afterEach, describe, expect, it } from 'vitest';
import { startFake } from '../__fixtures__/start-fake.js';
import type { ContenderProcess } from '../contenders/contender-process.js';
import { interleave } from './interleave.js';

let contenders: ContenderProcess[] = [];
afterEach(() => {
  for (const contender of contenders) contender.close();
});

describe('interleave', () => {
  it('gives every contender as many rounds, and turns of the length asked for', async () => {
    contenders = [
      await startFake('fast', { seconds: 0.125 }),
      await startFake('slow', { seconds: 0.5 }),
      await startFake('longer than a turn', { seconds: 8 }),
      await startFake('a kernel', { seconds: 2 ** -20 }),
    ];
    const rounds: number[] = [];
    const result = await interleave(contenders, { rounds: 3, turnSeconds: 2, onRound: (round) => rounds.push(round) });
    expect(rounds).toEqual([1, 2, 3]);
    expect(result.map(({ stepsPerTurn }) => stepsPerTurn)).toEqual([16, 4, 1, 2 ** 21]);
    expect(result.map(({ secondsPerStep }) => secondsPerStep)).toEqual(
      [0.125, 0.5, 8, 2 ** -20].map((seconds) => [seconds, seconds, seconds]),
    );
    expect(result.map(({ peakBytes }) => peakBytes)).toEqual([1000, 1000, 1000, 1000]);
  });

  it('refuses an answer that is no time', async () => {
    contenders = [await startFake('broken', { seconds: 0 })];
    await expect(interleave(contenders, { rounds: 1, turnSeconds: 1 })).rejects.toThrow(
      'expected seconds above 0 from broken, received 0',
    );
  });
});
