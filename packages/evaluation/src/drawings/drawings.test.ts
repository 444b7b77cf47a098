import { parseHTML } from 'linkedom';
import { describe, expect, test } from 'vitest';
import type { HeatMap } from '../analysis/feature-maps.js';
import { MetricsAccumulator, type EvaluationReport } from '../index.js';
import {
  blockDeletionChart,
  confusionMatrixSvg,
  evaluationPage,
  gradientNormChart,
  heatMapSvg,
  paintFeatureMaps,
  paintOverlay,
  reliabilityDiagram,
  responseCharts,
} from './index.js';
import { colorOfShare } from './palette.js';

const HOSTILE = `<script>alert(1)</script>" onload='x' &amp;`;
const DARK = [68, 1, 84];
const BRIGHT = [253, 231, 37];

const dom = (html: string) => parseHTML(`<!doctype html><html><body>${html}</body></html>`).document;
const map = (height: number, width: number, values: readonly number[]): HeatMap => ({
  height,
  width,
  values: Float32Array.from(values),
});

function reportOf(logits: readonly number[], labels: readonly number[], classNames?: string[]): EvaluationReport {
  const metrics = new MetricsAccumulator(2);
  metrics.add(logits, labels);
  return { ...metrics.report(), ...(classNames === undefined ? {} : { classNames }) };
}

test('colours go from dark to bright, cut beyond, with grey for NaN', () => {
  expect([0, 1, -3, 7, NaN].map(colorOfShare)).toEqual([DARK, BRIGHT, DARK, BRIGHT, [128, 128, 128]]);
  expect(colorOfShare(0.5)).toEqual([35, 144, 140]);
});

describe('heatMapSvg', () => {
  test('covers every position once, neighbours of one colour together', () => {
    const svg = dom(heatMapSvg(map(2, 3, [0, 0, 4, 4, NaN, 2]), { cell: 10, title: HOSTILE })).querySelector('svg');
    expect([svg?.getAttribute('width'), svg?.getAttribute('height')]).toEqual(['30', '20']);
    expect(svg?.querySelector('title')?.textContent).toBe(HOSTILE);
    const paths = [...(svg?.querySelectorAll('path') ?? [])].map((path) => [
      path.getAttribute('fill'),
      path.getAttribute('d'),
    ]);
    expect(paths).toContainEqual([`rgb(${DARK.join(',')})`, 'M0 0h2v1h-2z']);
    expect(paths).toContainEqual([`rgb(${BRIGHT.join(',')})`, 'M2 0h1v1h-1zM0 1h1v1h-1z']);
    expect(paths).toContainEqual(['rgb(128,128,128)', 'M1 1h1v1h-1z']);
    expect(paths.length).toBe(4);
  });

  test('of nothing but zeros is dark', () => {
    expect(heatMapSvg(map(1, 2, [0, 0]))).toContain(`<path fill="rgb(${DARK.join(',')})" d="M0 0h2v1h-2z"/>`);
  });
});

describe('painted pictures', () => {
  test('lay a map over its image', () => {
    const image = { height: 2, width: 4, channels: 1, values: Uint8Array.from({ length: 8 }, () => 100) };
    const clear = paintOverlay(map(1, 2, [0, 1]), image, 0);
    expect([...clear.values]).toEqual(new Array(24).fill(100));
    const full = paintOverlay(map(1, 2, [0, 1]), image, 1);
    const pixel = (x: number) => [...full.values.subarray(3 * x, 3 * x + 3)];
    expect([pixel(0), pixel(3)]).toEqual([DARK, BRIGHT]);
    // Between the middles of the two squares: a quarter and three quarters of the way.
    expect([pixel(1), pixel(2)]).toEqual([colorOfShare(0.25), colorOfShare(0.75)].map((color) => [...color]));
    const half = paintOverlay(map(1, 1, [1]), { height: 1, width: 1, channels: 3, values: Uint8Array.of(1, 2, 3) });
    expect([...half.values]).toEqual([127, 116, 20]);
    expect(() => paintOverlay(map(1, 1, [1]), { ...image, channels: 2 })).toThrow(/1 or 3 channels/);
    expect(() => paintOverlay(map(1, 1, [1]), image, 2)).toThrow(/opacity/);
  });

  test('set channels side by side, each in its own scale', () => {
    const maps = {
      block: 'stem',
      shape: [1, 1, 2, 3] as const,
      values: Float32Array.of(0, 5, 0, 2, 0, 0), // positions (0: 0,5,0) and (1: 2,0,0)
    };
    const picture = paintFeatureMaps(maps, 0, 2);
    expect([picture.height, picture.width]).toEqual([5, 9]); // two columns of 4 and two rows of 2, a gap between
    const pixel = (y: number, x: number) => [...picture.values.subarray((y * 9 + x) * 3, (y * 9 + x) * 3 + 3)];
    expect([pixel(0, 0), pixel(1, 3), pixel(0, 5), pixel(0, 8)]).toEqual([DARK, BRIGHT, BRIGHT, DARK]);
    expect([pixel(0, 4), pixel(2, 0), pixel(3, 0), pixel(4, 8)]).toEqual([
      [255, 255, 255],
      [255, 255, 255],
      DARK,
      [255, 255, 255],
    ]);
    expect(() => paintFeatureMaps(maps, 1)).toThrow(/image/);
  });
});

describe('charts', () => {
  const responses = [3, 1, 2].map((deviation, k) => ({ layer: `bn${k}`, mean: 0, deviation }));

  test('of responses: by layer and sorted, the values left as they were', () => {
    const { byLayer, sorted } = responseCharts([{ label: HOSTILE, values: responses, dashed: true }]);
    const heights = (svg: string) =>
      [
        ...(dom(svg).querySelector('[aria-label="line"] path')?.getAttribute('d') ?? '').matchAll(
          /[ML][\d.]+,([\d.]+)/g,
        ),
      ].map(([, y]) => Number(y));
    const [a = 0, b = 0, c = 0] = heights(byLayer);
    expect(a < c && c < b).toBe(true); // SVG counts from the top
    const [x = 0, y = 0, z = 0] = heights(sorted);
    expect([x, y, z]).toEqual([a, c, b]);
    expect(responses.map(({ deviation }) => deviation)).toEqual([3, 1, 2]);
    expect(byLayer).not.toContain('<script');
  });

  test('of gradients: convolutions only', () => {
    const norm = (role: 'convolution-filter' | 'linear-weight', value: number) =>
      ({ parameter: 'p', role, norm: value, relative: 1 }) as const;
    const values = [norm('convolution-filter', 0.1), norm('linear-weight', 5), norm('convolution-filter', 0.01)];
    const path = dom(gradientNormChart([{ label: 'net', values }])).querySelector('[aria-label="line"] path');
    expect(path?.getAttribute('d')?.match(/[ML]/g)?.length).toBe(2);
  });

  test('of reliability: a dot for every bin that has images', () => {
    const { calibration } = reportOf([2, 0, 0, 0.1, 3, 0], [0, 1, 1]);
    const drawn = dom(reliabilityDiagram(calibration));
    const filled = calibration.bins.filter(({ examples }) => examples > 0).length;
    expect(filled).toBeGreaterThan(1);
    expect(drawn.querySelectorAll('circle').length).toBe(filled);
  });
});

describe('blockDeletionChart', () => {
  test('draws a dot for each block that can be deleted, and the whole network across', () => {
    const document = dom(
      blockDeletionChart({
        ...{ examples: 10, top1Error: 0.1, loss: 0.3 },
        deletions: [
          { block: 'layer1.0', top1Error: 0.2, loss: 0.5 },
          { block: 'layer2.0', top1Error: undefined, loss: undefined },
          { block: 'layer2.1', top1Error: 0.4, loss: 0.9 },
        ],
      }),
    );
    expect(document.querySelectorAll('circle')).toHaveLength(2);
    expect(document.querySelectorAll('[stroke-dasharray]').length).toBeGreaterThan(0);
  });
});

describe('confusionMatrixSvg', () => {
  test('writes the counts, and darkens by share of the row', () => {
    const svg = dom(
      confusionMatrixSvg({
        confusion: [
          [3, 1],
          [0, 4],
        ],
        classNames: [HOSTILE, 'dog'],
      }),
    );
    const texts = [...svg.querySelectorAll('text')].map((text) => text.textContent);
    expect(texts).toEqual(['3', '1', '4', HOSTILE, HOSTILE, 'dog', 'dog']);
    const cells = [...svg.querySelectorAll('rect[fill-opacity]')].map((cell) => [
      cell.getAttribute('fill'),
      cell.getAttribute('fill-opacity'),
    ]);
    expect(cells).toEqual([
      ['#0072b2', '0.72'],
      ['#d55e00', '0.29'],
      ['#0072b2', '0.93'],
    ]);
  });

  test('of a thousand classes has neither names nor counts', () => {
    const confusion = Array.from({ length: 1000 }, (_, k) =>
      Array.from({ length: 1000 }, (_entry, other) => (k === other ? 1 : 0)),
    );
    const svg = confusionMatrixSvg({ confusion });
    expect(svg).not.toContain('<text');
    expect(svg.match(/fill-opacity/g)?.length).toBe(1000);
  });
});

describe('evaluationPage', () => {
  const report = reportOf([1, 0, 3, 0, 0, 2], [0, 1, 0], [HOSTILE, 'dog']);

  test('shows figures, classes, confusion, reliability and mistakes, and stands alone', async () => {
    const html = await evaluationPage({ title: HOSTILE, report });
    const { document } = parseHTML(html);
    expect(document.querySelector('h1')?.textContent).toBe(HOSTILE);
    expect([...document.querySelectorAll('h2')].map((heading) => heading.textContent)).toEqual([
      'Result',
      'Error by class',
      'Confusion matrix',
      'Reliability',
      'The worst mistakes',
    ]);
    expect(document.querySelectorAll('script, link, iframe, img').length).toBe(0);
    expect([...document.querySelectorAll('*')].some((element) => element.hasAttribute('onload'))).toBe(false);
    expect(document.body.textContent).toContain('66.7 % (95 %: 20.8–93.9)');
  });

  test('shows pictures of mistakes where they can be had', async () => {
    const asked: number[] = [];
    const picture = async (index: number) => {
      asked.push(index);
      return { type: 'image/png' as const, bytes: Uint8Array.of(1, 2, 3) };
    };
    const html = await evaluationPage({ title: 'x', report, picture });
    const { document } = parseHTML(html);
    expect(asked).toEqual(report.worstMistakes.map(({ index }) => index));
    expect(asked).toEqual([1, 2]);
    const images = [...document.querySelectorAll('.mistakes img')];
    expect(images.map((image) => image.getAttribute('src'))).toEqual(Array(2).fill('data:image/png;base64,AQID'));
    expect(document.querySelector('figcaption')?.textContent).toBe(`1: dog (4.7 %), taken for ${HOSTILE} (95.3 %)`);
    const policy = document.querySelector('meta[http-equiv]')?.getAttribute('content');
    expect(policy).toContain('img-src data:');
  });

  test('of NaN has no reliability diagram', async () => {
    const html = await evaluationPage({ title: 'x', report: reportOf([NaN, 0], [0]) });
    expect(html).not.toContain('Reliability');
    expect(html).toContain('images with NaN logits');
  });
});
