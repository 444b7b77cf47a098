import { describe, expect, it } from 'vitest';
import { variantsOf } from './scaling.js';
import type { Scale, ScalingOptions } from './scaling.js';

const options = (scales: readonly Scale[], change: Partial<ScalingOptions> = {}): ScalingOptions => ({
  ...{ model: 'resnet20', batch: 64, precision: 'float32', threads: 6, rounds: 1, turnSeconds: 1, contenders: 'none' },
  ...{ python: 'python3', dataDirectory: '/nowhere', force: true, command: 'bench', onProgress: () => undefined },
  ...change,
  scales,
});

describe('variantsOf', () => {
  it.each<[Scale, string, readonly unknown[]]>([
    ['batch', 'batch', [8, 16, 32, 64, 128]],
    ['depth', 'network', ['resnet20', 'resnet32', 'resnet44', 'resnet56', 'resnet110']],
    ['width', 'width', [0.5, 1, 2]],
    ['image-size', 'imageSize', [16, 32, 64]],
    ['threads', 'threads', [1, 2, 4, 6]],
  ])('changes %s alone', (scale, field, values) => {
    const variants = variantsOf(options([scale])).map(([, settings]) => settings as unknown as Record<string, unknown>);
    expect(variants.map((settings) => settings[field])).toEqual(values);
    const others = variants.map(({ [field]: _changed, examples: _images, ...rest }) => rest);
    for (const other of others) expect(other).toEqual(others[0]);
  });

  it('times what two scales share once', () => {
    const subjects = variantsOf(options(['batch', 'width', 'threads'])).map(([, { batch, width, threads }]) => ({
      ...{ batch, width, threads },
    }));
    expect(subjects.filter((one) => one.batch === 64 && one.width === 1 && one.threads === 6)).toHaveLength(1);
    expect(subjects).toHaveLength(5 + 2 + 3);
  });

  it('takes ImageNet depths and sizes for ImageNet networks', () => {
    const imagenet = options(['depth', 'image-size'], { model: 'resnet50', batch: 8 });
    expect(variantsOf(imagenet).map(([, { network, imageSize }]) => `${network} ${imageSize}`)).toEqual([
      ...['resnet18 224', 'resnet34 224', 'resnet50 224', 'resnet101 224', 'resnet152 224'],
      ...['resnet50 112', 'resnet50 160'],
    ]);
  });
});
