import * as tf from '@tensorflow/tfjs-core';
import '@tensorflow/tfjs-backend-cpu';
import { beforeAll, describe, expect, test } from 'vitest';
import { meanModel, scatteredImages } from '../__fixtures__/mean-model.js';
import {
  channelNormalization,
  classifyImages,
  evaluateImages,
  fullyConvolutional,
  networkModel,
  singleCrop,
  softmax,
  tenCrop,
  type Classification,
  type ClassifyImagesOptions,
  type PixelImage,
  type Protocol,
  type TestImages,
} from '../index.js';
import { tableNetwork } from '../__fixtures__/table-network.js';

beforeAll(async () => {
  await tf.setBackend('cpu');
});

async function classified(options: ClassifyImagesOptions): Promise<Classification[]> {
  const all: Classification[] = [];
  for await (const one of classifyImages(options)) all.push(one);
  return all;
}

/** The means of a rectangle's channels, straight from the pixels. */
function meansOf(image: PixelImage, top: number, left: number, height: number, width: number): number[] {
  return [0, 1, 2].map((channel) => {
    let sum = 0;
    for (let y = top; y < top + height; y += 1)
      for (let x = left; x < left + width; x += 1) sum += image.values[(y * image.width + x) * 3 + channel] ?? NaN;
    return sum / (height * width);
  });
}

function average(rows: readonly ArrayLike<number>[]): number[] {
  return [0, 1, 2].map((k) => rows.reduce((sum, row) => sum + (row[k] ?? NaN), 0) / rows.length);
}

function largestDifference(actual: ArrayLike<number>, wanted: readonly number[]): number {
  return Math.max(...wanted.map((value, index) => Math.abs(value - (actual[index] ?? NaN))));
}

describe('views', () => {
  test('of ten-crop: corners and middle, then their mirror images', () => {
    const { views, name } = tenCrop({ cropSize: 4, shorterSide: 7 });
    const all = views(7, 10);
    expect(name).toBe('10-crop 4 of 7');
    expect(all.map(({ top, left }) => [top, left])).toEqual([
      ...[0, 1].flatMap(() => [
        [0, 0],
        [0, 6],
        [3, 0],
        [3, 6],
        [1, 3], // the rests are 3 and 6: 1.5 is rounded down
      ]),
    ]);
    expect(all.map(({ mirrored }) => mirrored)).toEqual([...Array(5).fill(false), ...Array(5).fill(true)]);
    expect(all.every(({ height, width }) => height === 4 && width === 4)).toBe(true);
  });

  test('of a single crop and of the whole image', () => {
    expect(singleCrop().views(256, 341)).toEqual([{ top: 16, left: 58, height: 224, width: 224, mirrored: false }]);
    const { shorterSides, views } = fullyConvolutional();
    expect(shorterSides).toEqual([224, 256, 384, 480, 640]);
    expect(views(224, 300)).toEqual([
      { top: 0, left: 0, height: 224, width: 300, mirrored: false },
      { top: 0, left: 0, height: 224, width: 300, mirrored: true },
    ]);
    expect(fullyConvolutional({ mirrored: false }).views(3, 4)).toHaveLength(1);
  });

  test('refuse sizes that do not fit', () => {
    expect(() => tenCrop({ cropSize: 257 })).toThrow(/expected at most the shorter side, 256, for cropSize/);
    expect(() => singleCrop({ cropSize: 1.5 })).toThrow(/cropSize/);
    expect(() => fullyConvolutional({ shorterSides: [] })).toThrow(/at least one size/);
    expect(() => fullyConvolutional({ shorterSides: [0] })).toThrow(/shorterSides/);
  });
});

test('a mirrored view shows the model its pixels right to left', async () => {
  const values = Uint8Array.from({ length: 12 }, (_, k) => k);
  const seen: number[][] = [];
  const model = {
    classes: 2,
    channels: 3,
    logits(x: tf.Tensor4D) {
      seen.push(...(tf.reshape(x, [x.shape[0], -1]).arraySync() as number[][]));
      return tf.zeros([x.shape[0], 2]) as tf.Tensor2D;
    },
  };
  const images: TestImages = { size: 1, label: () => 0, image: () => ({ height: 2, width: 2, channels: 3, values }) };
  await classified({ members: [{ model, protocol: fullyConvolutional({ shorterSides: [2] }) }], images });
  expect(seen).toEqual([
    [0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11],
    [3, 4, 5, 0, 1, 2, 9, 10, 11, 6, 7, 8],
  ]);
});

describe('probabilities', () => {
  const images = scatteredImages(19);
  const scales = fullyConvolutional({ shorterSides: [6, 9] });

  test('of ten-crop are the mean of the softmax of every crop', async () => {
    const results = await classified({
      members: [{ model: meanModel(), protocol: tenCrop({ cropSize: 5, shorterSide: 8 }) }],
      images,
    });
    expect(results.map(({ index, label }) => [index, label])).toEqual(Array.from({ length: 19 }, (_, k) => [k, k % 3]));
    for (const { index, probabilities } of results) {
      const image = images.image(index, 8);
      const [bottom, right] = [image.height - 5, image.width - 5];
      const places = [
        [0, 0],
        [0, right],
        [bottom, 0],
        [bottom, right],
        [Math.floor(bottom / 2), Math.floor(right / 2)],
      ];
      // Mirroring leaves a mean as it is.
      const rows = places.map(([top = 0, left = 0]) => softmax(meansOf(image, top, left, 5, 5), 0, 3));
      expect(largestDifference(probabilities, average(rows))).toBeLessThan(1e-5);
    }
  });

  test('over scales are the mean over sizes; or the softmax of the mean logits', async () => {
    for (const how of ['probabilities', 'logits'] as const) {
      const protocol = { ...scales, average: how };
      for (const { index, probabilities } of await classified({
        members: [{ model: meanModel(), protocol }],
        images,
      })) {
        const rows = [6, 9].map((side) => {
          const image = images.image(index, side);
          return meansOf(image, 0, 0, image.height, image.width);
        });
        const wanted =
          how === 'logits' ? [...softmax(average(rows), 0, 3)] : average(rows.map((row) => softmax(row, 0, 3)));
        expect(largestDifference(probabilities, wanted)).toBeLessThan(1e-5);
      }
    }
  });

  test('do not depend on the size of batches, which bounds what a model is shown', async () => {
    const runs = [1, 3, 1000].map(async (viewsPerBatch) => {
      const model = meanModel();
      const results = await classified({ members: [{ model, protocol: scales }], images, viewsPerBatch });
      expect(Math.max(...model.shapes.map(([n = 0]) => n))).toBeLessThanOrEqual(viewsPerBatch);
      return results;
    });
    const [first, ...others] = await Promise.all(runs);
    for (const other of others) expect(other).toEqual(first);
  });

  test('of an ensemble are the weighted mean of its members', async () => {
    const members = [
      { model: meanModel(), protocol: scales, weight: 3 },
      { model: meanModel(), protocol: singleCrop({ cropSize: 4, shorterSide: 6 }) },
    ];
    const alone = await Promise.all(members.map((member) => classified({ members: [member], images })));
    const together = await classified({ members, images });
    together.forEach(({ probabilities }, index) => {
      const [a, b] = alone.map((results) => [...(results[index]?.probabilities ?? [])]);
      const wanted = (a ?? []).map((value, k) => 0.75 * value + 0.25 * (b?.[k] ?? NaN));
      expect(largestDifference(probabilities, wanted)).toBeLessThan(1e-12);
    });
  });

  test('leave no tensor behind, also when a model fails', async () => {
    const before = tf.memory().numTensors;
    const model = meanModel();
    await classified({ members: [{ model, protocol: scales }], images });
    const failing = { ...model, logits: () => tf.tidy(() => tf.zeros([1, 2]) as tf.Tensor2D) };
    await expect(classified({ members: [{ model: failing, protocol: scales }], images })).rejects.toThrow(
      /model: expected logits \[8, 3\] for its result/,
    );
    expect(tf.memory().numTensors).toBe(before);
  });
});

describe('evaluateImages', () => {
  const images = scatteredImages(9);
  const protocol: Protocol = singleCrop({ cropSize: 4, shorterSide: 6 });

  test('reports on averaged probabilities', async () => {
    const seen: number[] = [];
    const report = await evaluateImages({
      members: [{ model: meanModel(), protocol }],
      images,
      classes: ['a', 'b', 'c'],
      worstMistakes: 2,
      onImage: ({ examples }) => void seen.push(examples),
    });
    const results = await classified({ members: [{ model: meanModel(), protocol }], images });
    const losses = results.map(({ label, probabilities }) => -Math.log(probabilities[label] ?? NaN));
    expect(report.examples).toBe(9);
    expect(report.loss).toBeCloseTo(losses.reduce((sum, loss) => sum + loss, 0) / 9, 10);
    expect(report.worstMistakes.length).toBe(2);
    expect(report.worstMistakes[0]?.loss).toBeCloseTo(Math.max(...losses), 10);
    expect(report.classNames).toEqual(['a', 'b', 'c']);
    expect(seen).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9]);
  });

  test('of a network applies its preparation first', async () => {
    const network = tableNetwork(3);
    const state = { parameters: {}, buffers: {} };
    const pixels = { height: 1, width: 3, channels: 1, values: Uint8Array.of(10, 20, 30) };
    const model = networkModel(network, state, channelNormalization({ mean: [10], deviation: [5] }));
    const one: TestImages = { size: 1, label: () => 2, image: () => pixels };
    const whole = fullyConvolutional({ shorterSides: [1], mirrored: false });
    const [result] = await classified({ members: [{ model, protocol: whole }], images: one });
    expect(largestDifference(result?.probabilities ?? [], [...softmax([0, 2, 4], 0, 3)])).toBeLessThan(1e-6);
  });

  test.each<[string, Partial<ClassifyImagesOptions> & { classes?: string[] }, RegExp]>([
    ['no member', { members: [] }, /at least one model with a protocol/],
    ['a weight of 0', { members: [{ model: meanModel(), protocol, weight: 0 }] }, /weight of a member/],
    [
      'members of other classes',
      {
        members: [
          { model: meanModel(), protocol },
          { model: { ...meanModel(), classes: 4 }, protocol },
        ],
      },
      /expected members of the same classes, received \[3, 4\]/,
    ],
    ['names that do not fit', { classes: ['a'] }, /expected 3 names for classes/],
    ['batches of nothing', { viewsPerBatch: 0 }, /viewsPerBatch/],
    ['no images', { images: scatteredImages(0) }, /at least one image/],
    ['a label out of range', { images: { ...images, label: () => 3 } }, /image 0: expected a class from 0 to 2/],
    [
      'an image of another size',
      { images: { ...images, image: (index) => images.image(index, 7) } },
      /image 0: expected a shorter side of 6 pixels for the image, received \[7, /,
    ],
    [
      'an image without its pixels',
      { images: { ...images, image: () => ({ height: 6, width: 6, channels: 3, values: new Uint8Array(5) }) } },
      /image 0: expected 6·6·3 values, received 5/,
    ],
    [
      'an image of other channels',
      { images: { ...images, image: () => ({ height: 6, width: 6, channels: 1, values: new Uint8Array(36) }) } },
      /image 0: expected 3 channels for the image, received 1/,
    ],
  ])('refuses %s', async (_name, options, message) => {
    await expect(evaluateImages({ members: [{ model: meanModel(), protocol }], images, ...options })).rejects.toThrow(
      message,
    );
  });

  test('stops on a signal', async () => {
    const controller = new AbortController();
    const onImage = () => controller.abort(new Error('enough'));
    const many = scatteredImages(40);
    const options = { members: [{ model: meanModel(), protocol }], images: many, onImage, signal: controller.signal };
    await expect(evaluateImages(options)).rejects.toThrow('enough');
  });

  test('normalisation refuses what is none', () => {
    expect(() => channelNormalization({ mean: [] })).toThrow(/mean/);
    expect(() => channelNormalization({ mean: [NaN] })).toThrow(/mean/);
    expect(() => channelNormalization({ mean: [1], deviation: [0] })).toThrow(/deviation/);
    expect(() => channelNormalization({ mean: [1], deviation: [1, 1] })).toThrow(/deviation/);
  });
});

describe('images that cannot be decoded', () => {
  const whole = scatteredImages(19);
  const broken = new Set([0, 7, 18]);
  const images: TestImages = {
    ...whole,
    // One is found broken at a later scale than the first.
    image: (index, side) => (broken.has(index) && (index !== 7 || side === 9) ? undefined : whole.image(index, side)),
  };
  const scales = fullyConvolutional({ shorterSides: [6, 9] });
  const members = [
    { model: meanModel(), protocol: singleCrop({ cropSize: 4, shorterSide: 6 }) },
    { model: meanModel(), protocol: scales },
  ];

  test('are left out, and the others are classified as without them', async () => {
    const all = await classified({ members, images: whole });
    const some = await classified({ members, images });
    expect(some).toEqual(all.filter(({ index }) => !broken.has(index)));
  });

  test('do not shift the numbers of the worst mistakes', async () => {
    const all = await evaluateImages({ members, images: whole });
    const some = await evaluateImages({ members, images });
    expect(some.examples).toBe(16);
    expect(some.worstMistakes.length).toBeGreaterThan(3);
    expect(some.worstMistakes).toEqual(all.worstMistakes.filter(({ index }) => !broken.has(index)));
  });

  test('must not be all', async () => {
    const none: TestImages = { ...whole, image: () => undefined };
    await expect(evaluateImages({ members, images: none })).rejects.toThrow(/at least one image.*none that is whole/);
  });
});
