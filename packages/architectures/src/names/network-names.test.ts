import { ArgumentError } from '@resnet-ts/tensor-ops';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { FAMILY_TABLES } from '../tables/family-tables.js';
import { networkNames, networkTable } from './network-names.js';

const message = (name: string): string => {
  try {
    networkTable(name);
  } catch (error) {
    expect(error).toBeInstanceOf(ArgumentError);
    return (error as ArgumentError).message;
  }
  throw new Error(`${name} was accepted`);
};

describe('networkNames', () => {
  it('lists every classification network of the paper, each once', () => {
    const names = networkNames();
    expect(new Set(names).size).toBe(names.length);
    expect(names).toEqual(
      expect.arrayContaining([
        ...[20, 32, 44, 56, 110, 1202].flatMap((depth) => ['', '-b', '-c'].map((option) => `resnet${depth}${option}`)),
        ...[20, 32, 44, 56, 110, 18, 34].map((depth) => `plain${depth}`),
        ...[18, 34, 50, 101, 152].flatMap((depth) => ['', '-a', '-c'].map((option) => `resnet${depth}${option}`)),
        ...[50, 101, 152].flatMap((depth) => ['', '-a', '-c'].map((option) => `resnet${depth}${option}-paper`)),
        'vgg16',
        'vgg19',
      ]),
    );
    expect(names.slice(0, 18 + 7 + 15 + 9 + 2).at(-1)).toBe('vgg19');
    expect(names.slice(18 + 7 + 15 + 9 + 2)).toEqual([...FAMILY_TABLES.keys()]);
  });

  it('is what tables call themselves', () => {
    for (const name of networkNames()) expect(networkTable(name).name).toBe(name);
  });
});

describe('networkTable', () => {
  it.each([
    ['resnet20', 'cifar-resnet', 'A', 'basic'],
    ['resnet20-b', 'cifar-resnet', 'B', 'basic'],
    ['resnet56-c', 'cifar-resnet', 'C', 'basic'],
    ['resnet8', 'cifar-resnet', 'A', 'basic'],
    ['resnet164', 'cifar-resnet', 'A', 'basic'],
    ['plain50', 'cifar-plain', 'none', 'basic'],
    ['resnet18', 'imagenet-resnet', 'B', 'basic'],
    ['resnet50', 'imagenet-resnet', 'B', 'v1.5'],
    ['resnet152-a', 'imagenet-resnet', 'A', 'v1.5'],
    ['resnet50-paper', 'imagenet-resnet', 'B', 'v1'],
    ['resnet101-c-paper', 'imagenet-resnet', 'C', 'v1'],
    ['plain34', 'imagenet-plain', 'none', 'basic'],
    ['vgg16', 'vgg', 'none', 'pooling'],
  ])('%s is %s, shortcut %s, stride %s', (name, family, shortcut, stride) => {
    expect(networkTable(name)).toMatchObject({ name, family, shortcut, stride });
  });

  it('gives depths that both have to ImageNet, and keeps the CIFAR ones under a prefix', () => {
    expect(networkTable('resnet50')).toMatchObject({ family: 'imagenet-resnet', inputShape: [224, 224, 3] });
    for (const [name, blocks] of [
      ['cifar-resnet50', 8],
      ['cifar-resnet152', 25],
    ] as const) {
      expect(networkTable(name)).toMatchObject({ name, family: 'cifar-resnet', inputShape: [32, 32, 3] });
      expect(networkTable(name)).toMatchObject({ stages: [{ blocks }, { blocks }, { blocks }] });
    }
  });

  it.each([
    ['resnet20-a', 'resnet20'],
    ['cifar-resnet20', 'resnet20'],
    ['cifar-resnet20-c', 'resnet20-c'],
    ['cifar-plain20', 'plain20'],
    ['resnet50-b', 'resnet50'],
    ['resnet50-paper-a', 'resnet50-a-paper'],
    ['resnet50-b-paper', 'resnet50-paper'],
  ])('takes %s for %s', (alias, name) => {
    expect(networkTable(alias)).toEqual(networkTable(name));
  });

  it.each([
    [
      'resnet21',
      /6n \+ 2 .* or 18, 34, 50, 101, 152 .*received "resnet21"; the nearest are resnet20, resnet18, resnet26$/,
    ],
    ['resnet51', /the nearest are resnet50, cifar-resnet50, resnet56$/],
    ['cifar-resnet18', /6n \+ 2 from 8 to 12002 \(CIFAR\) for .*the nearest are resnet20, resnet14$/],
    ['resnet7', /the nearest are resnet8, resnet18$/],
    ['resnet999998', /the nearest are resnet12002, resnet152$/],
    ['plain35', /18, 34 \(ImageNet\).*the nearest are plain34, plain32, plain38$/],
    ['vgg11', /a depth of 16 or 19 .*the nearest are vgg16, vgg19$/],
  ])('names the depths next to that of %s', (name, pattern) => {
    expect(message(name)).toMatch(pattern);
  });

  it.each([
    ['resnet20-d', /one of resnet20, resnet20-b, resnet20-c for network, received "resnet20-d"; did you mean resnet20/],
    ['resnet20-paper', /one of resnet20, resnet20-b, resnet20-c /],
    ['resnet34-paper', /one of resnet34, resnet34-a, resnet34-c /],
    ['resnet50-papr', /did you mean resnet50-paper\?$/],
    ['resnet50-a-c', /one of resnet50, /],
    ['resnet50-paper-paper', /one of resnet50, /],
    ['plain20-b', /one of plain20 for network.*did you mean plain20\?$/],
    ['vgg16-a', /did you mean vgg16\?$/],
  ])('names the variants %s might be', (name, pattern) => {
    expect(message(name)).toMatch(pattern);
  });

  it.each([
    ['resent20', 'resnet20'],
    ['ResNet-50', 'resnet50'],
    ['vgg-16', 'vgg16'],
    ['resnet050', 'resnet50'],
  ])('offers the nearest name for %s', (name, near) => {
    expect(message(name)).toContain(`did you mean ${near}?`);
  });

  it('says where the names are when nothing is near', () => {
    expect(message('banana')).toMatch(/received "banana"; try resnet20; networkNames\(\) lists them$/);
    for (const wrong of [undefined, null, 20, '', '__proto__', 'constructor', 'x'.repeat(1e6)]) {
      expect(() => networkTable(wrong as string)).toThrow(ArgumentError);
    }
  });

  it('accepts exactly the depths 6n + 2', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 13_000 }), fc.constantFrom('resnet', 'plain'), (depth, stem) => {
        const name = `cifar-${stem}${depth}`;
        if (depth >= 8 && depth <= 12_002 && depth % 6 === 2) expect(networkTable(name).depth).toBe(depth);
        else expect(() => networkTable(name)).toThrow(/the nearest are /);
      }),
    );
  });

  it('answers any text with a table or an ArgumentError', () => {
    const text = fc.oneof(fc.string(), fc.stringMatching(/^(cifar-)?(resnet|plain|vgg)\d{0,7}(-[a-z]{0,5}){0,3}$/));
    fc.assert(
      fc.property(text, (name) => {
        try {
          expect(typeof networkTable(name).name).toBe('string');
        } catch (error) {
          expect(error).toBeInstanceOf(ArgumentError);
        }
      }),
    );
  });
});
