import { describe, expect, it } from 'vitest';
import { layerTable } from './layer-table.js';
import { networkNames } from './names/network-names.js';

const spatial = (name: string, layer: string) => layerTable(name).find((row) => row.name === layer)?.outputShape;

describe('layerTable', () => {
  it('lists a network layer by layer', () => {
    const rows = layerTable('resnet20');
    expect(rows.slice(0, 3)).toEqual([
      {
        name: 'conv1',
        kind: 'convolution',
        inputShape: [32, 32, 3],
        outputShape: [32, 32, 16],
        parameters: 432,
        multiplyAdds: 442_368,
      },
      {
        name: 'bn1',
        kind: 'batch-norm',
        inputShape: [32, 32, 16],
        outputShape: [32, 32, 16],
        parameters: 32,
        multiplyAdds: 0,
      },
      {
        name: 'layer1.0.conv1',
        kind: 'convolution',
        inputShape: [32, 32, 16],
        outputShape: [32, 32, 16],
        parameters: 2304,
        multiplyAdds: 2_359_296,
      },
    ]);
    expect(rows.slice(-2)).toEqual([
      {
        name: 'avgpool',
        kind: 'global-average-pool',
        inputShape: [8, 8, 64],
        outputShape: [64],
        parameters: 0,
        multiplyAdds: 0,
      },
      { name: 'fc', kind: 'linear', inputShape: [64], outputShape: [10], parameters: 650, multiplyAdds: 640 },
    ]);
    expect(rows.filter(({ kind }) => kind === 'zero-pad-shortcut').map(({ name }) => name)).toEqual([
      'layer2.0.shortcut',
      'layer3.0.shortcut',
    ]);
  });

  it("has the output sizes of the paper's Table 1", () => {
    expect(spatial('resnet50', 'conv1')).toEqual([112, 112, 64]);
    expect(spatial('resnet50', 'maxpool')).toEqual([56, 56, 64]);
    expect(spatial('resnet50', 'layer1.2.conv3')).toEqual([56, 56, 256]);
    expect(spatial('resnet50', 'layer2.3.conv3')).toEqual([28, 28, 512]);
    expect(spatial('resnet50', 'layer3.5.conv3')).toEqual([14, 14, 1024]);
    expect(spatial('resnet50', 'layer4.2.conv3')).toEqual([7, 7, 2048]);
  });

  it('puts the stride where the name says', () => {
    expect(spatial('resnet50-paper', 'layer2.0.conv1')).toEqual([28, 28, 128]);
    expect(spatial('resnet50', 'layer2.0.conv1')).toEqual([56, 56, 128]);
    expect(spatial('resnet50', 'layer2.0.conv2')).toEqual([28, 28, 128]);
    for (const name of ['resnet50', 'resnet50-paper']) {
      expect(spatial(name, 'layer2.0.downsample.0')).toEqual([28, 28, 512]);
    }
  });

  it.each(networkNames())(
    '%s: names are unique, and each layer takes a shape that some layer before it gave',
    (name) => {
      const rows = layerTable(name);
      expect(new Set(rows.map((row) => row.name)).size).toBe(rows.length);
      const given = new Set([String(rows[0]?.inputShape), ...(name.startsWith('vgg') ? ['25088'] : [])]);
      for (const { inputShape, outputShape } of rows) {
        expect(given).toContain(String(inputShape));
        given.add(String(outputShape));
      }
    },
  );
});
