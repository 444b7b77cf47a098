import { describe, expect, it } from 'vitest';
import { runInProcess } from './run-in-process.js';

interface Model {
  readonly name: string;
  readonly family: string;
  readonly parameters: number;
  readonly multiplyAdds: number;
  readonly inputSize: number;
  readonly shortcut: string;
  readonly stride: string;
}

describe('resnet models', () => {
  it('prints counts of every network as JSON', async () => {
    const { code, stdout, stderr } = await runInProcess(['models', '--json']);
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    const models: Model[] = JSON.parse(stdout);
    // Paper, Tables 1 and 6; counts as in the reference sheet.
    expect(models.find((model) => model.name === 'resnet20')).toMatchObject({
      parameters: 269722,
      multiplyAdds: 40551040,
      inputSize: 32,
      shortcut: 'A',
    });
    expect(models.find((model) => model.name === 'resnet50-paper')).toMatchObject({
      parameters: 25557032,
      multiplyAdds: 3857973248,
      inputSize: 224,
      shortcut: 'B',
      stride: 'v1',
    });
  });

  it('prints a table', async () => {
    const { stdout } = await runInProcess(['models']);
    expect(stdout).toMatch(/^name +family +parameters/);
    expect(stdout).toMatch(/^resnet20 .* 269,722 +40,551,040 +32² +A/m);
  });
});

describe('resnet models --family', () => {
  it('lists one family', async () => {
    const { code, stdout } = await runInProcess(['models', '--family', 'imagenet-resnext', '--json']);
    expect(code).toBe(0);
    const models: Model[] = JSON.parse(stdout);
    expect(models.map(({ name }) => name)).toEqual(['resnext50-32x4d', 'resnext101-32x8d', 'resnext101-64x4d']);
  });

  it('refuses a family that is none, with the nearest', async () => {
    const { code, stderr } = await runInProcess(['models', '--family', 'cifar-hihgway']);
    expect(code).not.toBe(0);
    expect(stderr).toContain('did you mean cifar-highway?');
  });
});

describe('resnet summary', () => {
  it('sums to what the network has', async () => {
    const { code, stdout } = await runInProcess(['summary', 'resnet20', '--json']);
    expect(code).toBe(0);
    const { parameters, layers }: { parameters: number; layers: { parameters: number }[] } = JSON.parse(stdout);
    expect(parameters).toBe(269722);
    expect(layers.reduce((sum, layer) => sum + layer.parameters, 0)).toBe(parameters);
  });

  it('prints layer by layer', async () => {
    const { stdout } = await runInProcess(['summary', 'resnet20']);
    expect(stdout).toMatch(/^layer1\.0\.conv1 +convolution +32×32×16 +32×32×16 +2,304/m);
    expect(stdout).toMatch(/^total .* 269,722 +40,551,040$/m);
  });
});
