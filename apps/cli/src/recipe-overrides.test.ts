import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { applyOverrides } from './recipe-overrides.js';

describe('applyOverrides', () => {
  it('sets nested values and leaves the recipe it was given alone', () => {
    const recipe = { seed: 1, optimizer: { momentum: 0.9, nesterov: true } };
    const result = applyOverrides(recipe, ['seed=7', 'optimizer.momentum=0.5', 'optimizer.form=caffe']);
    expect(result).toEqual({ seed: 7, optimizer: { momentum: 0.5, nesterov: true, form: 'caffe' } });
    expect(recipe).toEqual({ seed: 1, optimizer: { momentum: 0.9, nesterov: true } });
  });

  it('reads numbers, booleans and lists as JSON and anything else as text', () => {
    expect(applyOverrides({}, ['a=1e-4', 'b=false', 'c=[1,2]', 'd=resnet20', 'e="1"', 'f=a=b'])).toEqual({
      a: 1e-4,
      b: false,
      c: [1, 2],
      d: 'resnet20',
      e: '1',
      f: 'a=b',
    });
  });

  it('keeps one kind of length', () => {
    expect(applyOverrides({ length: { epochs: 5 } }, ['length.steps=20'])).toEqual({ length: { steps: 20 } });
  });

  it('begins anew with another kind, and keeps what is there with the same', () => {
    const schedule = { kind: 'step', rate: 0.1, boundaries: [10], factor: 0.1 };
    expect(applyOverrides({ schedule }, ['schedule.kind=cosine', 'schedule.rate=0.2', 'schedule.finalRate=0'])).toEqual(
      { schedule: { kind: 'cosine', rate: 0.2, finalRate: 0 } },
    );
    expect(applyOverrides({ schedule }, ['schedule.kind=step'])).toEqual({ schedule });
  });

  it('takes a field away for null, whether it was there or not', () => {
    const recipe = { seed: 1, mixing: { mixup: { alpha: 1 }, probability: 1 } };
    expect(applyOverrides(recipe, ['mixing=null'])).toEqual({ seed: 1 });
    expect(applyOverrides(recipe, ['mixing.mixup=null', 'erasing=null'])).toEqual({
      seed: 1,
      mixing: { probability: 1 },
    });
  });

  it.each(['seed', '=7', 'a..b=1', '.a=1', ''])('refuses %j', (assignment) => {
    expect(() => applyOverrides({}, [assignment])).toThrow(/expected key=value for --set/);
  });

  it('never reaches a prototype, whatever the key', () => {
    const keys = fc.array(fc.constantFrom('__proto__', 'constructor', 'prototype', 'a'), {
      minLength: 1,
      maxLength: 4,
    });
    fc.assert(
      fc.property(keys, (path) => {
        applyOverrides({}, [`${path.join('.')}=1`]);
        expect(Object.keys(Object.prototype)).toEqual([]);
        expect(Reflect.get({}, 'a')).toBeUndefined();
      }),
    );
  });
});
