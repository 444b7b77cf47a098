import { afterEach, describe, expect, it } from 'vitest';
import { startFake } from '../__fixtures__/start-fake.js';
import type { FakeBehaviour } from '../__fixtures__/start-fake.js';
import type { ContenderProcess } from '../contenders/contender-process.js';
import { exitCodes } from '../exit-codes.js';
import { distanceOf, requireSameStep, TOLERANCES, verifiedStep } from './verify.js';

let contenders: ContenderProcess[] = [];
afterEach(() => {
  for (const contender of contenders) contender.close();
});

const OURS = { name: 'ours', loss: 2, updates: { filter: 3, gamma: 4 } };

async function stepOf(behaviour: FakeBehaviour) {
  const peer = await startFake('peer', behaviour);
  contenders = [peer];
  return verifiedStep(peer, 'unused');
}

describe('requireSameStep', () => {
  it('accepts rounding', async () => {
    const peer = await stepOf({ loss: 2.0001, updates: { gamma: 4.05, filter: 3.01 } });
    expect(peer).toEqual({ name: 'peer', loss: 2.0001, updates: { gamma: 4.05, filter: 3.01 } });
    requireSameStep(OURS, peer, TOLERANCES.float32);
  });

  it.each<[string, FakeBehaviour, RegExp]>([
    ['another loss', { loss: 2.01 }, /the loss is 2 in ours and 2.01 in peer, more than 0.01 % apart/],
    ['NaN', { loss: Number.NaN }, /the loss is 2 in ours and NaN/],
    ['a gradient half as large', { updates: { filter: 1.5, gamma: 2 } }, /the updates of peer are 50.0 % from those/],
    ['the gradient of another layer', { updates: { filter: 4, gamma: 3 } }, /the updates of peer are 28.3 % from/],
    ['no update at all', { updates: { filter: 0, gamma: 0 } }, /100.0 %/],
    ['other parameters', { updates: { filter: 3, beta: 4 } }, /the updates of peer are NaN %/],
    ['a parameter too few', { updates: { filter: 3 } }, /the updates of peer are NaN %/],
  ])('refuses %s', async (_what, behaviour, message) => {
    const peer = await stepOf({ loss: 2, updates: OURS.updates, ...behaviour });
    expect(() => requireSameStep(OURS, peer, TOLERANCES.float32)).toThrow(
      expect.objectContaining({ exitCode: exitCodes.notTheSame, message: expect.stringMatching(message) }),
    );
  });

  it('allows bfloat16 more, but not another network', () => {
    const peer = { name: 'peer', loss: 2.01, updates: { filter: 3.5, gamma: 4 } };
    requireSameStep(OURS, peer, TOLERANCES.bfloat16);
    expect(() => requireSameStep(OURS, { ...peer, loss: 2.2 }, TOLERANCES.bfloat16)).toThrow(/the loss is/);
    expect(() => requireSameStep(OURS, peer, TOLERANCES.float32)).toThrow(/the loss is/);
  });

  it('refuses an answer without updates', async () => {
    await expect(stepOf({ updates: {} })).rejects.toThrow('expected the updates of parameters from peer, received {}');
  });
});

describe('distanceOf', () => {
  it('is relative to the first', () => {
    expect(distanceOf({ a: 3, b: 4 }, { a: 3, b: 4 })).toBe(0);
    expect(distanceOf({ a: 3, b: 4 }, { a: 3, b: 4.5 })).toBeCloseTo(0.1);
  });
});
