import fc from 'fast-check';
import { describe as group, expect, it } from 'vitest';
import { describe, expected } from './expected.js';
import { nearestName } from './nearest-name.js';
import { ArgumentError, DataError, isResidualError, ShapeError, UnsupportedError } from './residual-error.js';

group('errors', () => {
  it('carry a stable code and their own name', () => {
    expect([new ArgumentError(''), new ShapeError(''), new UnsupportedError(''), new DataError('f', '')]).toMatchObject(
      [
        { code: 'ERR_ARGUMENT', name: 'ArgumentError' },
        { code: 'ERR_SHAPE', name: 'ShapeError' },
        { code: 'ERR_UNSUPPORTED', name: 'UnsupportedError' },
        { code: 'ERR_DATA', name: 'DataError', source: 'f' },
      ],
    );
  });

  it('are told from others, across copies of the package', () => {
    const fromAnotherCopy = Object.assign(new Error('x'), { [Symbol.for('@resnet-ts/error')]: true });
    expect([new ShapeError('x'), fromAnotherCopy, new Error('x'), null, 'x'].map(isResidualError)).toEqual([
      true,
      true,
      false,
      false,
      false,
    ]);
  });
});

group('expected', () => {
  it('says what was wanted, where, what came and what to do', () => {
    expect(expected('an integer', 'batchSize', 'many', 'pass a number')).toBe(
      'expected an integer for batchSize, received "many"; pass a number',
    );
  });

  it('never prints a whole array', () => {
    expect(describe(new Float32Array(1000))).toBe('Float32Array of 4000 bytes');
    expect(describe(Array.from({ length: 9 }))).toBe('an array of 9');
    expect(describe([[1, 2], 3])).toBe('[an array of 2, 3]');
    fc.assert(fc.property(fc.string(), (text) => describe(text).length <= 500));
  });
});

group('nearestName', () => {
  const names = ['resnet20', 'resnet32', 'resnet18-a', 'vgg16', 'plain20'];

  it.each([
    ['resnet-20', 'resnet20'],
    ['resent20', 'resnet20'],
    ['ResNet32', 'resnet32'],
    ['resnet18a', 'resnet18-a'],
    ['vgg1', 'vgg16'],
    ['vgg', undefined],
    ['banana', undefined],
    ['', undefined],
  ])('offers for %j: %j', (name, nearest) => {
    expect(nearestName(name, names)).toBe(nearest);
  });

  it('finds a name behind any one slip', () => {
    const slip = fc.record({ name: fc.constantFrom(...names), at: fc.nat(4), kind: fc.constantFrom('drop', 'double') });
    fc.assert(
      fc.property(slip, ({ name, at, kind }) => {
        const misspelt =
          kind === 'drop' ? name.slice(0, at) + name.slice(at + 1) : name.slice(0, at + 1) + name.slice(at);
        expect(nearestName(misspelt, [name, 'something-else'])).toBe(name);
      }),
    );
  });

  it('gives up on absurdly long input', () => {
    expect(nearestName('x'.repeat(1_000_000), names)).toBeUndefined();
  });
});
