import { createCounterRandom } from '@resnet-ts/tensor-ops';
import { describe, expect, it } from 'vitest';
import { readRandomGolden } from '../golden/read-golden.js';
import { uniformValues } from '../golden/generated-values.js';

describe('the counter-based generator', () => {
  const golden = readRandomGolden();

  it.each(golden.streams)('gives the golden word for $seed $purpose $epoch $index $lane', (stream) => {
    const random = createCounterRandom({ seed: stream.seed, purpose: stream.purpose, epoch: stream.epoch });
    expect(random.uint32(stream.index, stream.lane)).toBe(stream.uint32);
    expect(random.uniform(stream.index, stream.lane)).toBe(stream.uniform);
  });

  it('maps to a range with the same float32 roundings', () => {
    expect([...uniformValues(1, 'mapped', golden.mapped.length, -0.365, 0.365)]).toEqual(golden.mapped);
  });
});
