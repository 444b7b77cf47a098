import { createNetwork } from '@resnet-ts/architectures';
import { describe, expect, it } from 'vitest';
import { widenedTable } from '../network.js';
import { encodeNetwork } from './encode-network.js';
import type { OnnxWeight } from './encode-network.js';
import { Message } from './protobuf.js';

/** Fields of an encoded message by number: enough of the wire format to read back what `Message` writes. */
function decode(bytes: Uint8Array): Map<number, (bigint | Uint8Array)[]> {
  const fields = new Map<number, (bigint | Uint8Array)[]>();
  let at = 0;
  const varint = (): bigint => {
    let [value, shift] = [0n, 0n];
    for (;;) {
      const byte = bytes[at++] ?? 0;
      value |= BigInt(byte & 0x7f) << shift;
      if (byte < 0x80) return value;
      shift += 7n;
    }
  };
  while (at < bytes.length) {
    const tag = Number(varint());
    const type = tag % 8;
    const length = type === 2 ? Number(varint()) : type === 5 ? 4 : 0;
    const value = type === 0 ? varint() : bytes.subarray(at, (at += length));
    fields.set(tag >> 3, [...(fields.get(tag >> 3) ?? []), value]);
  }
  return fields;
}

const texts = (values: readonly (bigint | Uint8Array)[] = []): string[] =>
  values.map((value) => new TextDecoder().decode(value as Uint8Array));
const messages = (values: readonly (bigint | Uint8Array)[] = []) => values.map((value) => decode(value as Uint8Array));

function graphOf(network: string, imageSize: number, width = 1) {
  const table = widenedTable(network, width);
  if (table.kind === 'vgg') throw new RangeError('a residual network');
  const { parameters, buffers, classes } = createNetwork(table);
  const weights = [...parameters, ...buffers].map(({ name, shape }): [string, OnnxWeight] => {
    const count = shape.reduce((product, length) => product * length, 1);
    return [name, { shape, data: Float32Array.from({ length: count }, (_, index) => index) }];
  });
  const bytes = encodeNetwork({ table, batch: 2, imageSize, classes, weights: Object.fromEntries(weights) });
  const [graph] = messages(decode(bytes).get(7));
  return { nodes: messages(graph?.get(1)), initializers: messages(graph?.get(5)) };
}

describe('Message', () => {
  it('writes the examples of the format', () => {
    // 150 in field 1 and "testing" in field 2, from the encoding page of Protocol Buffers.
    expect([...new Message().integer(1, 150).encode()]).toEqual([0x08, 0x96, 0x01]);
    expect([...new Message().text(2, 'testing').encode()]).toEqual([0x12, 7, ...new TextEncoder().encode('testing')]);
    expect([...new Message().float(2, 1).encode()]).toEqual([0x15, 0, 0, 0x80, 0x3f]);
  });
});

describe('encodeNetwork', () => {
  it.each(['preresnet20', 'resnext50-32x4d', 'se-resnet50', 'resnet50-d', 'resnetrs50'])('refuses %s', (network) => {
    expect(() => graphOf(network, 32)).toThrow(/cannot be written as ONNX yet/);
  });

  it('has the operators of the network in order, each with inputs that exist', () => {
    const { nodes, initializers } = graphOf('resnet8', 32);
    const operators = nodes.map((node) => texts(node.get(4))[0]);
    const unit = ['Conv', 'BatchNormalization'];
    const branch = [...unit, 'Relu', ...unit];
    const padded = [...branch, 'Slice', 'Pad', 'Add', 'Relu'];
    expect(operators).toEqual([
      ...[...unit, 'Relu', ...branch, 'Add', 'Relu', ...padded, ...padded, 'GlobalAveragePool', 'Flatten', 'Gemm'],
    ]);
    const known = new Set(['images', ...initializers.map((tensor) => texts(tensor.get(8))[0])]);
    for (const node of nodes) {
      for (const input of texts(node.get(1))) expect(known).toContain(input);
      for (const output of texts(node.get(2))) known.add(output);
    }
    expect(known).toContain('logits');
  });

  it.each([
    ['resnet18', { Conv: 20, MaxPool: 1, Add: 8, Pad: 0 }],
    ['resnet50-paper', { Conv: 53, MaxPool: 1, Add: 16, Pad: 0 }],
    ['resnet18-a', { Conv: 17, MaxPool: 1, Add: 8, Pad: 3 }],
    ['plain20', { Conv: 19, MaxPool: 0, Add: 0, Pad: 0 }],
  ])('%s has %j', (network, counts) => {
    const operators = graphOf(network, 64, 1 / 16).nodes.map((node) => texts(node.get(4))[0]);
    for (const [operator, count] of Object.entries(counts)) {
      expect(operators.filter((name) => name === operator)).toHaveLength(count);
    }
  });

  it('turns filters from [kH, kW, in, out] to [out, in, kH, kW]', () => {
    const tensor = graphOf('resnet8', 32).initializers.find((one) => texts(one.get(8))[0] === 'conv1.weight');
    expect(tensor?.get(1)).toEqual([16n, 3n, 3n, 3n]);
    const raw = (tensor?.get(9)?.[0] ?? new Uint8Array()) as Uint8Array;
    const values = new Float32Array(raw.slice().buffer);
    // Element [out 5, in 2, row 1, column 0] was at [1, 0, 2, 5].
    expect(values[((5 * 3 + 2) * 3 + 1) * 3]).toBe(((1 * 3 + 0) * 3 + 2) * 16 + 5);
  });
});
