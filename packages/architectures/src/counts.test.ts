import { describe, expect, it } from 'vitest';
import { countMultiplyAdds, countParameters, layerTable } from './layer-table.js';
import type { NetworkOptions } from './network-options.js';
import type { NetworkTable, ResidualTable } from './tables/network-table.js';
import { networkTable } from './names/network-names.js';

const parameters = (network: string | NetworkTable, options?: NetworkOptions) =>
  countParameters(layerTable(network, options));
const multiplyAdds = (network: string | NetworkTable) => countMultiplyAdds(layerTable(network));
const batchNormChannels = (network: string) =>
  layerTable(network)
    .filter(({ kind }) => kind === 'batch-norm')
    .reduce((sum, { outputShape }) => sum + (outputShape.at(-1) ?? 0), 0);

/** Parameters of a 1×1 projection with its batch norm. */
const projection = (from: number, to: number) => from * to + 2 * to;

// The paper's FLOPs in its Table 1, and the counts torchvision publishes (parameters) or its record gives (GFLOPS).
describe('ImageNet networks', () => {
  it.each([
    ['resnet18', 11_689_512, 1_814_073_344],
    ['resnet34', 21_797_672, 3_663_761_408],
    ['resnet50-paper', 25_557_032, 3_857_973_248],
    ['resnet50', 25_557_032, 4_089_184_256],
    ['resnet101-paper', 44_549_160, 7_570_194_432],
    ['resnet101', 44_549_160, 7_801_405_440],
    ['resnet152-paper', 60_192_808, 11_282_415_616],
    ['resnet152', 60_192_808, 11_513_626_624],
    ['resnet18-a', 11_515_688, 1_794_805_760],
    ['plain18', 11_515_688, 1_794_805_760],
    ['resnet34-a', 21_623_848, 3_644_493_824],
    ['plain34', 21_623_848, 3_644_493_824],
  ])('%s has %i parameters and %i multiply-adds', (name, expectedParameters, expectedMultiplyAdds) => {
    expect(parameters(name)).toBe(expectedParameters);
    expect(multiplyAdds(name)).toBe(expectedMultiplyAdds);
  });

  // The paper's FLOPs, to the digit it prints. v1.5 would give 4.1e9, 7.8e9 and 11.5e9 for the last three.
  it.each([
    ['resnet18', 1.8],
    ['resnet34', 3.6],
    ['resnet50-paper', 3.8],
    ['resnet101-paper', 7.6],
    ['resnet152-paper', 11.3],
  ])("%s is within the paper's %f e9", (name, paper) => {
    expect(Math.abs(multiplyAdds(name) / 1e9 - paper)).toBeLessThan(0.07);
  });

  it('counts option C of ResNet-34: the 13 extra projections the paper names', () => {
    const identityBlocks = { 64: 3, 128: 3, 256: 5, 512: 2 };
    const extra = Object.entries(identityBlocks).map(([channels, blocks]) => ({ channels: Number(channels), blocks }));
    expect(extra.reduce((sum, { blocks }) => sum + blocks, 0)).toBe(13);
    const added = extra.reduce((sum, { channels, blocks }) => sum + blocks * projection(channels, channels), 0);
    expect(parameters('resnet34-c')).toBe(21_797_672 + added);
    expect(multiplyAdds('resnet34-c')).toBe(3_830_747_136);
  });

  const stageEntries = [
    [64, 256],
    [256, 512],
    [512, 1024],
    [1024, 2048],
  ] as const;

  it('counts option A of ResNet-50: option B without its four projections, 64 → 256 among them', () => {
    const removed = stageEntries.reduce((sum, [from, to]) => sum + projection(from, to), 0);
    expect(parameters('resnet50-a-paper')).toBe(25_557_032 - removed);
    expect(multiplyAdds('resnet50-a-paper')).toBe(3_498_311_680);
    expect(parameters('resnet50-a')).toBe(parameters('resnet50-a-paper'));
    expect(multiplyAdds('resnet50-a') - multiplyAdds('resnet50-a-paper')).toBe(4_089_184_256 - 3_857_973_248);
  });

  it('counts option C of ResNet-50: a projection in each of the 12 identity blocks too', () => {
    const identityBlocks = [2, 3, 5, 2];
    const added = stageEntries.reduce(
      (sum, [, to], stage) => sum + (identityBlocks[stage] ?? 0) * projection(to, to),
      0,
    );
    expect(parameters('resnet50-c-paper')).toBe(25_557_032 + added);
    expect(multiplyAdds('resnet50-c-paper')).toBe(6_324_224_000);
  });

  it('counts a table of your own: ResNet-200 v1.5, blocks 3, 24, 36, 3', () => {
    const resnet50 = networkTable('resnet50') as ResidualTable;
    const stages = [3, 24, 36, 3].map((blocks, stage) => ({ blocks, channels: 64 * 2 ** stage }));
    const resnet200: ResidualTable = { ...resnet50, name: 'resnet200-imagenet', depth: 200, stages };
    expect(parameters(resnet200)).toBe(64_673_832);
    expect(multiplyAdds(resnet200)).toBe(15_007_481_856);
  });

  it.each([
    ['resnet18', 4_800],
    ['resnet34', 8_512],
    ['resnet50', 26_560],
    ['resnet101', 52_672],
    ['resnet152', 75_712],
  ])('%s normalises %i channels', (name, channels) => {
    expect(batchNormChannels(name)).toBe(channels);
  });

  it.each([
    ['resnet34', 3],
    ['resnet34-c', 16],
    ['resnet50', 4],
    ['resnet152-paper', 4],
  ])('%s has %i projections', (name, projections) => {
    expect(layerTable(name).filter(({ name: layer }) => layer.endsWith('downsample.0'))).toHaveLength(projections);
  });
});

describe('CIFAR networks', () => {
  it.each([
    // depth, n, parameters A, parameters B, multiply-adds A, multiply-adds B, batch-norm channels A, CIFAR-100 parameters A
    [20, 3, 269_722, 272_474, 40_551_040, 40_813_184, 688, 275_572],
    [32, 5, 464_154, 466_906, 68_862_592, 69_124_736, 1_136, 470_004],
    [44, 7, 658_586, 661_338, 97_174_144, 97_436_288, 1_584, 664_436],
    [56, 9, 853_018, 855_770, 125_485_696, 125_747_840, 2_032, 858_868],
    [110, 18, 1_727_962, 1_730_714, 252_887_680, 253_149_824, 4_048, 1_733_812],
    [1202, 200, 19_421_274, 19_424_026, 2_829_238_912, 2_829_501_056, 44_816, 19_427_124],
  ])('depth %i', (depth, n, parametersA, parametersB, multiplyAddsA, multiplyAddsB, channels, parameters100) => {
    const name = `resnet${depth}`;
    expect(parameters(name)).toBe(parametersA);
    expect(multiplyAdds(name)).toBe(multiplyAddsA);
    expect(batchNormChannels(name)).toBe(channels);
    expect(parameters(name, { classes: 100 })).toBe(parameters100);
    expect(parameters(`${name}-b`)).toBe(parametersB);
    expect(multiplyAdds(`${name}-b`)).toBe(multiplyAddsB);
    expect(parameters(`plain${depth}`)).toBe(parametersA);
    expect(multiplyAdds(`plain${depth}`)).toBe(multiplyAddsA);

    // Option C: option B, and a projection of equal width in every block that B leaves alone.
    const extra = n * projection(16, 16) + (n - 1) * (projection(32, 32) + projection(64, 64));
    expect(parameters(`${name}-c`)).toBe(parametersB + extra);
    // Each of them costs 16·16·32², 32·32·16² and 64·64·8² multiply-adds: the same 262,144 thrice.
    expect(multiplyAdds(`${name}-c`)).toBe(multiplyAddsB + (3 * n - 2) * 262_144);
  });
});

// Parameters: pytorchcv's assertions (pre-activation, SE, WRN-28-10, 16-10, 40-8), torchvision's records (ResNeXt), and
// the project's own arithmetic from the definitions.
describe('networks after the paper', () => {
  it.each([
    ['preresnet20-b', 272_282],
    ['preresnet56-b', 855_578],
    ['preresnet110-b', 1_730_522],
    ['preresnet20', 269_722],
    ['preresnet56', 853_018],
    ['preresnet110', 1_727_962],
    ['preresnet164', 1_703_258],
    ['preresnet18', 11_687_848],
    ['preresnet34', 21_796_008],
    ['preresnet50', 25_549_480],
    ['preresnet101', 44_541_608],
    ['preresnet152', 60_185_256],
    ['wrn-16-4', 2_748_890],
    ['wrn-40-4', 8_949_210],
    ['wrn-16-8', 10_961_370],
    ['wrn-28-10', 36_479_194],
    ['wrn-16-10', 17_116_634],
    ['wrn-40-8', 35_748_314],
    ['wide-resnet50-2', 68_883_240],
    ['resnext50-32x4d', 25_028_904],
    ['resnext101-32x8d', 88_791_336],
    ['resnext101-64x4d', 83_455_272],
    ['se-resnet50', 28_088_024],
    ['se-resnet101', 49_326_872],
    ['se-resnet152', 66_821_848],
    ['resnet50-d', 25_576_264],
    ['resnet110-stochastic', 1_727_962],
    ['resnet1202-stochastic', 19_421_274],
  ])('%s has %i parameters', (name, expectedParameters) => {
    expect(parameters(name)).toBe(expectedParameters);
  });

  // From tools/parity-fixtures/count_networks.py, which adds up PyTorch's own modules.
  it.each([
    ['preresnet164', 1_703_258, 247_646_720],
    ['preresnet1001', 10_327_706, 1_490_995_712],
    ['resnetrs50', 35_691_912, 4_454_490_112],
    ['resnetrs101', 63_618_696, 8_175_624_192],
    ['resnetrs152', 86_621_576, 11_895_185_408],
    ['resnetrs200', 93_209_992, 15_391_137_792],
    ['resnetrs270', 129_861_448, 20_643_618_816],
    ['resnetrs350', 163_956_168, 26_332_012_544],
    ['resnetrs420', 191_891_656, 31_363_342_336],
  ])('%s has %i parameters and %i multiply-adds', (name, expectedParameters, expectedMultiplyAdds) => {
    expect(parameters(name)).toBe(expectedParameters);
    expect(multiplyAdds(name)).toBe(expectedMultiplyAdds);
  });

  it('counts the pooled network from its definition: convolutions before pooling see the whole map', () => {
    const filters = [
      [3, 48, 32],
      [48, 64, 32],
      [64, 192, 16],
      [192, 192, 8],
      [192, 192, 8],
      [192, 256, 8],
      [256, 256, 4],
      [256, 256, 4],
    ] as const;
    const weights = (from: number, to: number) => 9 * from * to;
    const fc = 256 * 10;
    expect(parameters('pooled-resnet9')).toBe(
      filters.reduce((sum, [from, to]) => sum + weights(from, to) + 2 * to, fc + 10),
    );
    expect(multiplyAdds('pooled-resnet9')).toBe(
      filters.reduce((sum, [from, to, side]) => sum + weights(from, to) * side * side, fc),
    );
    expect([parameters('pooled-resnet9'), multiplyAdds('pooled-resnet9')]).toEqual([2_430_586, 147_606_016]);
  });

  it('counts CIFAR-100 of preresnet164', () => {
    expect(parameters('preresnet164', { classes: 100 })).toBe(1_726_388);
  });

  it('counts ResNet-50-D to the unit, and the others to the digits their sources give', () => {
    expect(multiplyAdds('resnet50-d')).toBe(4_328_824_832);
    expect(multiplyAdds('wide-resnet50-2') / 1e9).toBeCloseTo(11.398, 3);
    expect(multiplyAdds('resnext50-32x4d') / 1e9).toBeCloseTo(4.23, 2);
    expect(multiplyAdds('resnext101-32x8d') / 1e9).toBeCloseTo(16.414, 3);
    expect(multiplyAdds('resnext101-64x4d') / 1e9).toBeCloseTo(15.46, 2);
  });

  it('adds to a plain network one gate a block to make it a highway', () => {
    const gate = (from: number, to: number) => from * to + to;
    const gates = 3 * gate(16, 16) + gate(16, 32) + 2 * gate(32, 32) + gate(32, 64) + 2 * gate(64, 64);
    expect(parameters('highway20')).toBe(parameters('plain20') + gates);
  });
});

describe('VGG', () => {
  // Published parameters (torchvision). Multiply-adds from the configuration: each output pixel of each 3×3 convolution, and
  // three linear layers. pytorchcv's FLOPs/2 (15,480M and 19,643M) lie 0.06 % above: it counts ReLU and pooling as well.
  it.each([
    ['vgg16', 138_357_544, [2, 2, 3, 3, 3], 15_480e6],
    ['vgg19', 143_667_240, [2, 2, 4, 4, 4], 19_643e6],
  ])('%s has %i parameters', (name, published, convolutions, pytorchcv) => {
    expect(parameters(name)).toBe(published);

    let expectedMultiplyAdds = 512 * 7 * 7 * 4096 + 4096 * 4096 + 4096 * 1000;
    let from = 3;
    convolutions.forEach((count, stage) => {
      const side = 224 / 2 ** stage;
      const to = Math.min(512, 64 * 2 ** stage);
      for (let index = 0; index < count; index++, from = to) expectedMultiplyAdds += 9 * from * to * side * side;
    });
    expect(multiplyAdds(name)).toBe(expectedMultiplyAdds);
    expect(Math.abs(pytorchcv / expectedMultiplyAdds - 1)).toBeLessThan(0.001);
  });
});
