import { ArgumentError } from '@resnet-ts/tensor-ops';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { checkAugmentation } from './check-augmentation.js';
import { drawSamples } from './draw-samples.js';
import { finishSample } from './finish-sample.js';
import { frameSample } from './frame-sample.js';
import {
  imagenetColours,
  paperAugmentation,
  torchAugmentation,
  torchvisionAugmentation,
} from './image-augmentation.js';
import type { FrameDraw, SampleDraw } from './sample-draw.js';

const options = { seed: 3, epoch: 1 };
const many = Array.from({ length: 4000 }, (_, sample) => sample);
const mean = (values: readonly number[]): number => values.reduce((sum, value) => sum + value, 0) / values.length;
const spread = (values: readonly number[]): number => Math.sqrt(mean(values.map((v) => (v - mean(values)) ** 2)));

function scaleCrop(frame: FrameDraw): Extract<FrameDraw, { kind: 'scale-crop' }> {
  if (frame.kind !== 'scale-crop') throw new Error(frame.kind);
  return frame;
}

describe('drawSamples', () => {
  it('draws what the paper says: sides of 256 to 480 alike, half mirrored, colours with AlexNet’s spread', () => {
    const draws = many.map(drawSamples(paperAugmentation, options));
    const sides = draws.map(({ frame }) => scaleCrop(frame).shorterSide);
    expect([Math.min(...sides), Math.max(...sides)]).toEqual([256, 480]);
    // The standard error of a mean of 4,000 uniform draws is 1.0 pixel.
    expect(Math.abs(mean(sides) - 368)).toBeLessThan(4);
    expect(Math.abs(mean(draws.map(({ mirrored }) => Number(mirrored))) - 0.5)).toBeLessThan(0.03);
    const reds = draws.map(({ shift }) => shift?.[0] ?? NaN);
    const [row = []] = imagenetColours.eigenvectors;
    const wanted = 25.5 * Math.hypot(...imagenetColours.eigenvalues.map((value, k) => value * (row[k] ?? NaN)));
    expect(Math.abs(spread(reds) / wanted - 1)).toBeLessThan(0.05);
  });

  it('is a function of seed, epoch and sample alone', () => {
    const draw = drawSamples(torchAugmentation, options);
    const backwards = [...many.slice(0, 20)].reverse().map(draw).reverse();
    expect(many.slice(0, 20).map(drawSamples(torchAugmentation, options))).toEqual(backwards);
    expect(drawSamples(torchAugmentation, { seed: 3, epoch: 2 })(0)).not.toEqual(draw(0));
    expect(drawSamples(torchAugmentation, { seed: 4, epoch: 1 })(0)).not.toEqual(draw(0));
    expect(draw(1)).not.toEqual(draw(0));
  });

  it('jitters in every order, within bounds, and not at all where it is not asked to', () => {
    const draws = many.slice(0, 600).map(drawSamples(torchAugmentation, options));
    expect(new Set(draws.map(({ jitter }) => jitter?.order.join())).size).toBe(6);
    for (const { jitter } of draws) {
      for (const factor of [jitter?.brightness, jitter?.contrast, jitter?.saturation]) {
        expect(factor).toBeGreaterThanOrEqual(0.6);
        expect(factor).toBeLessThan(1.4);
      }
    }
    expect(drawSamples(torchvisionAugmentation, options)(0)).not.toHaveProperty('jitter');
    expect(drawSamples(torchvisionAugmentation, options)(0)).not.toHaveProperty('shift');
  });
});

describe('frameSample', () => {
  const sizes = fc.tuple(fc.integer({ min: 1, max: 900 }), fc.integer({ min: 1, max: 900 }));

  it.each([
    ['the paper', paperAugmentation],
    ['torchvision', torchvisionAugmentation],
  ])('keeps within an image of any size, by the draws of %s', (_, augmentation) => {
    const draw = drawSamples(augmentation, options);
    fc.assert(
      fc.property(sizes, fc.nat(100_000), ([width, height], sample) => {
        const { region, window, ...scaled } = frameSample(draw(sample).frame, width, height);
        for (const [part, outer] of [
          [region, { width, height }],
          [window, scaled],
        ] as const) {
          if (part === undefined) continue;
          expect(Math.min(part.left, part.top, part.width - 1, part.height - 1)).toBeGreaterThanOrEqual(0);
          expect(part.left + part.width).toBeLessThanOrEqual(outer.width);
          expect(part.top + part.height).toBeLessThanOrEqual(outer.height);
        }
        expect(window ?? scaled).toMatchObject({ width: 224, height: 224 });
      }),
    );
  });

  it('reaches every place of the paper’s crop, the last one too', () => {
    const at = (place: number): unknown =>
      frameSample({ kind: 'scale-crop', shorterSide: 256, size: 224, row: place, column: place }, 512, 256).window;
    expect(at(0)).toMatchObject({ left: 0, top: 0 });
    expect(at(1 - 2 ** -24)).toMatchObject({ left: 512 - 224, top: 32 });
  });

  it('crops areas and aspects as asked, and the centre where none fits', () => {
    const draw = drawSamples(torchvisionAugmentation, options);
    const parts = many.map((sample) => frameSample(draw(sample).frame, 500, 375).region ?? { width: 0, height: 0 });
    const areas = parts.map(({ width, height }) => (width * height) / (500 * 375));
    const aspects = parts.map(({ width, height }) => Math.log(width / height));
    expect(Math.min(...areas)).toBeGreaterThan(0.075);
    expect(Math.min(...areas)).toBeLessThan(0.1);
    expect(Math.max(...areas)).toBeGreaterThan(0.97);
    expect(Math.max(...aspects.map(Math.abs))).toBeLessThan(Math.log(4 / 3) + 0.02);
    expect(frameSample(draw(0).frame, 10, 900).region).toEqual({ left: 0, top: 443, width: 10, height: 13 });
    expect(frameSample(draw(0).frame, 900, 10).region).toEqual({ left: 443, top: 0, width: 13, height: 10 });
  });

  it('takes the centre and the whole for tests', () => {
    expect(frameSample({ kind: 'centre', shorterSide: 256, size: 224 }, 500, 375)).toEqual({
      ...{ width: 341, height: 256 },
      window: { left: 58, top: 16, width: 224, height: 224 },
    });
    expect(frameSample({ kind: 'whole', shorterSide: 480 }, 375, 500)).toEqual({ width: 480, height: 640 });
  });
});

describe('finishSample', () => {
  const values = Uint8Array.of(10, 20, 30, 40, 50, 60, 70, 80, 90, 200, 210, 220);
  const finish = (draw: Partial<SampleDraw>, mean = [1, 2, 3], deviation = [2, 4, 8]): number[] => {
    const target = new Float32Array(12).fill(NaN);
    const normalization = { mean: Float32Array.from(mean), deviation: Float32Array.from(deviation) };
    finishSample(target, values, { size: 2, draw: { mirrored: false, ...draw }, normalization });
    return [...target];
  };

  it('shifts, subtracts, divides and mirrors', () => {
    expect(finish({ shift: [1, 2, 3] }).slice(0, 6)).toEqual([5, 5, 3.75, 20, 12.5, 7.5]);
    expect(finish({ shift: [1, 2, 3], mirrored: true }).slice(0, 6)).toEqual([20, 12.5, 7.5, 5, 5, 3.75]);
  });

  it('gives a mean per pixel to the pixel, mirrored or not', () => {
    const perPixel = [...values];
    expect(finish({}, perPixel)).toEqual(Array.from({ length: 12 }, () => 0));
    expect(finish({ mirrored: true }, perPixel)).toEqual(Array.from({ length: 12 }, () => 0));
    expect(finish({}, Array.from({ length: 4 }, () => [1, 2, 3]).flat())).toEqual(finish({}));
  });

  it('changes colours step by step; as nothing is cut off between, the order only rounds', () => {
    const none = { brightness: 1, contrast: 1, saturation: 1 };
    const plain = [
      [0, 0, 0],
      [1, 1, 1],
    ] as const;
    const run = (jitter: SampleDraw['jitter']): number[] =>
      finish(jitter === undefined ? {} : { jitter }, ...plain.map((v) => [...v]));
    const order = ['brightness', 'contrast', 'saturation'] as const;
    expect(run({ ...none, order })).toEqual([...values]);
    expect(run({ ...none, brightness: 0.5, order })[0]).toBe(5);
    const greys = run({ ...none, saturation: 0, order });
    expect(greys[0]).toBeCloseTo(0.299 * 10 + 0.587 * 20 + 0.114 * 30, 4);
    expect(greys[1]).toBe(greys[0]);
    const flat = run({ ...none, contrast: 0, order });
    expect(new Set(flat).size).toBe(1);
    const darkFirst = run({ ...none, brightness: 0.5, contrast: 0.5, order });
    const darkLast = run({ ...none, brightness: 0.5, contrast: 0.5, order: ['contrast', 'brightness', 'saturation'] });
    expect(darkFirst[0]).toBeCloseTo(darkLast[0] ?? NaN, 4);
    const grey = run({ ...none, contrast: 0.5, saturation: 0.5, order });
    expect(Math.max(...grey.map((value, at) => Math.abs(value - (values[at] ?? 0))))).toBeGreaterThan(10);
  });
});

describe('checkAugmentation', () => {
  it('takes the three that are published, and refuses bounds out of order by name', () => {
    for (const augmentation of [paperAugmentation, torchAugmentation, torchvisionAugmentation]) {
      checkAugmentation(augmentation);
    }
    const check = (change: object) => () => checkAugmentation({ ...torchAugmentation, ...change });
    expect(check({ size: 0 })).toThrow('expected an integer from 1 to 4096 for augmentation.size');
    expect(check({ crop: { kind: 'scale-crop', shorterSide: [200, 480] } })).toThrow('shorterSide[0], received 200');
    expect(check({ crop: { kind: 'scale-crop', shorterSide: [300, 256] } })).toThrow('shorterSide[1], received 256');
    expect(check({ crop: { kind: 'area-crop', area: [0, 1], aspect: [1, 1] } })).toThrow('augmentation.crop.area');
    expect(check({ crop: { kind: 'area-crop', area: [1, 1], aspect: [2, 1] } })).toThrow('augmentation.crop.aspect');
    expect(check({ jitter: { brightness: NaN, contrast: 0, saturation: 0 } })).toThrow(ArgumentError);
    expect(check({ lighting: { deviation: -1, components: imagenetColours } })).toThrow('lighting.deviation');
  });
});
