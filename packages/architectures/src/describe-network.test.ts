import { describe, expect, it } from 'vitest';
import { describeNetwork } from './describe-network.js';
import { layerTable } from './layer-table.js';
import { networkNames } from './names/network-names.js';

const ABOUT: Readonly<Record<string, number>> = { resnetrs270: 3 + 2, resnetrs420: 3 - 1 };

describe('describeNetwork', () => {
  it('says what a network is and what it costs', () => {
    expect(describeNetwork('resnet20')).toEqual({
      name: 'resnet20',
      family: 'cifar-resnet',
      depth: 20,
      inputSize: 32,
      classes: 10,
      shortcut: 'A',
      stride: 'basic',
      parameters: 269_722,
      multiplyAdds: 40_551_040,
    });
    expect(describeNetwork('resnet50-paper')).toMatchObject({
      inputSize: 224,
      classes: 1000,
      shortcut: 'B',
      stride: 'v1',
    });
    expect(describeNetwork('vgg19')).toMatchObject({ family: 'vgg', shortcut: 'none', stride: 'pooling' });
  });

  it('follows the options', () => {
    expect(describeNetwork('resnet20', { classes: 100 })).toMatchObject({ classes: 100, parameters: 275_572 });
    const small = describeNetwork('resnet20', { inputShape: [28, 28, 1] });
    expect(small).toMatchObject({ inputSize: 28, parameters: 269_722 - 2 * 9 * 16 });
    expect(small.multiplyAdds).toBeLessThan(40_551_040);
  });

  const projection = /\.(downsample|se|gate)\./;
  // Names that count otherwise, or about (270 has 272 layers, 420 has 419): the two more convolutions of ResNet-D's stem and the third of ResNet-RS's are left out,
  // and wide networks (6n + 4) count three projections and not the last layer.
  const uncounted = (name: string): number =>
    name.startsWith('wrn-') ? -2 : name.endsWith('-d') ? 2 : name.startsWith('resnetrs') ? (ABOUT[name] ?? 3) : 0;

  it.each(networkNames())(
    '%s is as deep as its name says: convolutions and linear layers, projections aside',
    (name) => {
      const weighted = layerTable(name).filter(
        ({ kind, name: layer }) => (kind === 'convolution' || kind === 'linear') && !projection.test(`${layer}.`),
      );
      expect(weighted).toHaveLength(describeNetwork(name).depth + uncounted(name));
      expect(name).toContain(String(describeNetwork(name).depth));
    },
  );
});
