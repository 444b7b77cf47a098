import { describe, expect, it } from 'vitest';
import { networkOf, operationsOf, widenedTable } from './network.js';

const resnet20 = { network: 'resnet20', width: 1, imageSize: 32, classes: 10 };

describe('operationsOf', () => {
  it('counts two for each multiply-add of the table, three times in training but for the first data gradient', () => {
    const multiplyAdds = 40_551_040 + 0;
    const first = 32 * 32 * 3 * 3 * 3 * 16;
    expect(operationsOf(resnet20, 'inference')).toBe(2 * multiplyAdds);
    expect(operationsOf(resnet20, 'training')).toBe(2 * (3 * multiplyAdds - first));
  });

  it('grows with the square of the width and of the image side', () => {
    const ratio = (change: object): number =>
      operationsOf({ ...resnet20, ...change }, 'inference') / operationsOf(resnet20, 'inference');
    expect(ratio({ imageSize: 64 })).toBeCloseTo(4, 3);
    expect(ratio({ width: 2 })).toBeGreaterThan(3.9);
  });
});

describe('widenedTable', () => {
  it('multiplies the channels of every layer', () => {
    const shape = (width: number): unknown =>
      networkOf({ ...resnet20, width }).parameters.find(({ name }) => name === 'layer3.2.conv2.weight')?.shape;
    expect(shape(1)).toEqual([3, 3, 64, 64]);
    expect(shape(4)).toEqual([3, 3, 256, 256]);
  });

  it.each([0.3, 0, -1, Number.NaN])('refuses a width of %d', (width) => {
    expect(() => widenedTable('resnet20', width)).toThrow(/a whole number for width/);
  });
});
