import * as tf from '@tensorflow/tfjs-core';
import '@tensorflow/tfjs-backend-cpu';
import {
  ArgumentError,
  CHECKPOINTING,
  initializeNetwork,
  softmaxCrossEntropy,
  valueAndGradients,
  type Checkpointing,
  type StepRandomness,
} from '@resnet-ts/tensor-ops';
import { beforeAll, describe, expect, it } from 'vitest';
import { createNetwork } from './create-network.js';
import { FAMILY_TABLES } from './tables/family-tables.js';
import type { ResidualTable } from './tables/network-table.js';

beforeAll(async () => {
  await tf.setBackend('cpu');
});

/** The network with one narrow block a stage, on small images: the same blocks, stem and head. */
function tiny(name: string): ResidualTable {
  const table = FAMILY_TABLES.get(name);
  if (table === undefined) throw new Error(`no ${name}`);
  const stages = table.stages.slice(0, 2).map(({ innerChannels }, stage) => ({
    blocks: stage + 1,
    channels: 8,
    ...(innerChannels === undefined ? {} : { innerChannels: 16 }),
  }));
  const groups = table.groups === undefined ? {} : { groups: 4 };
  return { ...table, inputShape: [16, 16, 3], classes: 3, stem: { ...table.stem, channels: 8 }, stages, ...groups };
}

function step(table: ResidualTable, mode: { checkpointing?: Checkpointing; randomness?: StepRandomness } = {}) {
  const network = createNetwork(table);
  tf.engine().startScope();
  try {
    const { parameters: start, buffers } = initializeNetwork(network, { seed: 1 });
    const images = tf.randomNormal<tf.Rank.R4>([3, 12, 12, 3], 0, 1, 'float32', 1);
    const { loss, gradients, auxiliary } = valueAndGradients({ ...start }, (parameters) => {
      const forward = network.apply(images, { parameters, buffers }, { training: true, ...mode });
      const labels = tf.tensor1d([0, 1, 2], 'int32');
      return { loss: softmaxCrossEntropy(forward.logits, labels), auxiliary: { ...forward.buffers } };
    });
    const inference = network.apply(images, { parameters: start, buffers }, { training: false }).logits;
    const tensors = Object.entries({ ...gradients, ...auxiliary, loss, inference });
    const values = tensors.map(([name, tensor]): [string, number[]] => [name, [...tensor.dataSync()]]);
    return { network, values: Object.fromEntries(values) };
  } finally {
    tf.engine().endScope();
  }
}

// One of each kind of block, stem and head.
const KINDS = [
  'preresnet20',
  'preresnet164',
  'preresnet18',
  'preresnet50',
  'wrn-16-4',
  'wide-resnet50-2',
  'resnext50-32x4d',
  'resnext29-8x64d',
  'se-resnet50',
  'se-resnext50-32x4d',
  'resnet50-d',
  'resnetrs200',
  'resnet110-stochastic',
  'highway20',
  'pooled-resnet9',
] as const;

describe.each(KINDS)('%s, small', (name) => {
  const table = tiny(name);
  const randomness = { seed: 1, step: 3 };

  it('passes a gradient to every parameter and updates every buffer', () => {
    const { network, values } = step(table);
    for (const spec of network.parameters) {
      const gradient = values[spec.name] ?? [];
      expect(gradient.every(Number.isFinite), spec.name).toBe(true);
      expect(
        gradient.some((value) => value !== 0),
        spec.name,
      ).toBe(true);
    }
    for (const { name: buffer, role } of network.buffers) {
      const still = role === 'running-mean' ? 0 : 1;
      expect(
        (values[buffer] ?? []).some((value) => value !== still),
        buffer,
      ).toBe(true);
    }
    expect(values['inference']?.every(Number.isFinite)).toBe(true);
  });

  it('has the same bits whatever it keeps, chance included', () => {
    const [wanted, ...others] = CHECKPOINTING.map((checkpointing) => step(table, { checkpointing, randomness }).values);
    for (const other of others) expect(other).toEqual(wanted);
  });
});

describe.each([
  ['resnetrs200', true],
  ['resnet110-stochastic', true],
  ['wrn-16-4', false],
] as const)('%s', (name, draws) => {
  const table = tiny(name);

  it(`draws in training alone, and by step: ${draws}`, () => {
    const plain = step(table).values;
    const drawn = step(table, { randomness: { seed: 1, step: 3 } }).values;
    const later = step(table, { randomness: { seed: 1, step: 4 } }).values;
    expect(JSON.stringify(drawn['fc.weight']) !== JSON.stringify(plain['fc.weight'])).toBe(draws);
    expect(JSON.stringify(later['fc.weight']) !== JSON.stringify(drawn['fc.weight'])).toBe(draws);
    expect(drawn['inference']).toEqual(plain['inference']);
  });
});

it('drops values between the convolutions of a wide network whose table says so', () => {
  const table = { ...tiny('wrn-16-4'), dropoutRate: 0.3 };
  const randomness = { seed: 1, step: 3 };
  expect(step(table, { randomness }).values['loss']).not.toEqual(step(table).values['loss']);
  expect(step(table, { randomness }).values).toEqual(step(table, { randomness }).values);
});

it('drops the last block half of the time, and refuses to do so always', () => {
  const table = FAMILY_TABLES.get('resnet110-stochastic');
  expect(table).toMatchObject({ lastDropRate: 0.5 });
  const all = { ...tiny('resnet110-stochastic'), lastDropRate: 1 };
  expect(() => createNetwork(all)).toThrow(ArgumentError); // the last block would never survive
  expect(() => createNetwork({ ...all, lastDropRate: 0.99 })).not.toThrow();
});

it('refuses a last γ of 0 where no batch norm ends the branch', () => {
  for (const name of ['preresnet20', 'wrn-16-4', 'highway20']) {
    expect(() => createNetwork(name, { zeroInitResidual: true })).toThrow(/whose blocks do not end in a batch norm/);
  }
  expect(() => createNetwork('se-resnet50', { zeroInitResidual: true })).not.toThrow();
});

it('begins the filters of the pooled network as the identity, but for the first, and those of no other', () => {
  const initializers = (name: string) =>
    createNetwork(name)
      .parameters.filter(({ role }) => role === 'convolution-filter')
      .map(({ initializer }) => initializer.kind);
  expect(initializers('pooled-resnet9')).toEqual(['he-normal', ...Array<string>(7).fill('identity')]);
  expect(new Set(initializers('resnet20'))).toEqual(new Set(['he-normal']));
});
