import { parseHTML } from 'linkedom';
import { describe, expect, it } from 'vitest';
import { escapeHtml } from './escape-html.js';
import { htmlPage } from './html-page.js';
import { htmlList, htmlTable } from './html-table.js';
import { lineChart } from './line-chart.js';
import { seriesColor } from './series-color.js';

const HOSTILE = `<script>alert("1")</script>' onload='x`;
const points = (values: readonly number[]) => values.map((y, x) => ({ x, y }));

describe('seriesColor', () => {
  it('gives seven different colours, and then the first again', () => {
    const colors = Array.from({ length: 8 }, (_, index) => seriesColor(index));
    expect(new Set(colors).size).toBe(7);
    expect(colors[7]).toBe(colors[0]);
    expect(colors.every((color) => /^#[\da-f]{6}$/.test(color))).toBe(true);
  });
});

describe('pages', () => {
  it('escape every text, and load nothing', () => {
    const page = htmlPage({
      title: HOSTILE,
      sections: [
        { heading: HOSTILE, content: htmlTable([HOSTILE], [[HOSTILE]], () => HOSTILE) + htmlList([HOSTILE]) },
        { heading: 'Nothing', content: '' },
      ],
    });
    const { document } = parseHTML(page);
    expect(document.querySelectorAll('script')).toHaveLength(0);
    expect(document.querySelector('h1')?.textContent).toBe(HOSTILE);
    expect([...document.querySelectorAll('h2')].map(({ textContent }) => textContent)).toEqual([HOSTILE]);
    expect(document.querySelector('tr[onload], ul[onload]')).toBeNull();
    expect(document.querySelector('tbody tr')?.getAttribute('class')).toBe(HOSTILE);
    expect(page).toContain(`default-src 'none'`);
  });

  it('escapeHtml leaves nothing that ends a text or an attribute', () => {
    expect(escapeHtml(`<>&"'`)).toBe('&lt;&gt;&amp;&quot;&#39;');
  });
});

describe('lineChart', () => {
  const axes = { x: { label: 'epoch' }, y: { label: 'error, %' } };

  it('draws a path a series, leaves out what is not a number, and nothing of nothing', () => {
    const svg = lineChart({
      ...axes,
      series: [
        { label: 'a', color: 'red', points: points([3, Number.NaN, 1]) },
        { label: 'b', color: 'blue', points: points([1, 2]), dashed: true, marked: true },
        { label: 'c', color: 'green', points: [] },
      ],
    });
    expect(svg).toMatch(/^<svg[^>]* xmlns="http:\/\/www\.w3\.org\/2000\/svg"/);
    expect(svg).not.toMatch(/NaN|undefined/);
    expect(svg.match(/stroke="(red|blue|green)"/g)).toEqual(['stroke="red"', 'stroke="blue"']);
    expect(svg.match(/stroke-dasharray/g)).toHaveLength(1);
    expect(svg.match(/<circle/g)).toHaveLength(2);
    expect(lineChart({ ...axes, series: [{ label: 'a', color: 'red', points: [] }] })).toBe('');
  });

  it('names every series once, escaped', () => {
    const series = [1, 2].map(() => ({ label: HOSTILE, color: 'red', points: points([1, 2]) }));
    const { document } = parseHTML(lineChart({ ...axes, series, legend: true }));
    const names = [...document.querySelectorAll('text')].filter(({ textContent }) => textContent === HOSTILE);
    expect(names).toHaveLength(1);
    expect(document.querySelectorAll('script')).toHaveLength(0);
  });

  it('cuts off what lies above the end of an axis', () => {
    const most = { label: 'error, %', most: 20 };
    const chart = { x: axes.x, y: most, series: [{ label: 'a', color: 'red', points: points([10, 90, 12, 11]) }] };
    const svg = lineChart(chart);
    expect(svg).not.toMatch(/NaN|>(30|40|60|80|100)</);
    // A gap where the point was, and the same drawing every time.
    expect(/<path d="(M[^"]*)" ?\/?>/.exec(svg.slice(svg.indexOf('aria-label="line"')))?.[1]?.match(/M/g)).toHaveLength(
      2,
    );
    expect(lineChart(chart)).toBe(svg);
  });
});
