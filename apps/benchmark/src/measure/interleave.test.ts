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
    contenders = [await startFake('fast', { seconds: 0.1 }), await startFake('slow', { seconds: 0.5 })];
    const rounds: number[] = [];
    const result = await interleave(contenders, {
      batch: 10,
      rounds: 3,
      turnSeconds: 2,
      onRound: (round) => rounds.push(round),
    });
    expect(rounds).toEqual([1, 2, 3]);
    expect(result.stepsPerTurn).toEqual({ fast: 20, slow: 4 });
    expect(result.imagesPerSecond).toEqual({ fast: [100, 100, 100], slow: [20, 20, 20] });
    expect(result.peakBytes).toEqual({ fast: 1000, slow: 1000 });
  });

  it('refuses an answer that is no time', async () => {
    contenders = [await startFake('broken', { seconds: 0 })];
    await expect(interleave(contenders, { batch: 1, rounds: 1, turnSeconds: 1 })).rejects.toThrow(
      'expected seconds above 0 from broken, received 0',
    );
  });
});
