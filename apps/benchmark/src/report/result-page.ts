import { htmlList, htmlPage, htmlTable, type PageSection } from '@resnet-ts/report';
import { barChart } from './bar-chart.js';
import { compareResults, comparisonCaveats } from './compare-results.js';
import { comparisonTable } from './format-comparison.js';
import { bySubject, figure, percent, tableOf } from './format-result.js';
import type { BenchmarkResult, Measurement } from './result-schema.js';

const page = (title: string, sections: readonly PageSection[]): string =>
  htmlPage({ title, sections, style: '.slower { background: #fbe3da; } .faster { background: #e4efd8; }' });

/** A result as a page: a chart and a table for each subject, then the machine. */
export function resultPage(result: BenchmarkResult): string {
  const { benchmark, date, measurements, skipped, notes } = result;
  const subjects = bySubject(measurements);
  const single = [...subjects.values()].every((group) => group.length === 1);
  const groups: [string, Measurement[]][] = single ? [['Measurements', [...measurements]]] : [...subjects];
  return page(`${benchmark}, ${date}`, [
    ...groups.map(([heading, group]) => ({ heading, content: chartAndTable(group, single) })),
    { heading: 'Skipped', content: htmlList(skipped.map(({ contender, reason }) => `${contender}: ${reason}`)) },
    { heading: 'Notes', content: htmlList(notes) },
    { heading: 'Machine', content: machineTable(result) },
  ]);
}

function chartAndTable(group: readonly Measurement[], single: boolean): string {
  const label = ({ subject, contender }: Measurement): string => (single ? subject : contender);
  const { heads, rows } = tableOf(group);
  const table = single
    ? htmlTable(
        ['subject', ...heads],
        rows.map((row, index) => [group[index]?.subject ?? '', ...row]),
      )
    : htmlTable(heads, rows);
  return `${sharesOrSpeeds(group, label)}${memory(group, label)}${table}`;
}

/** Shares of the peak where subjects differ in work (kernels), images a second where they are the same. */
function sharesOrSpeeds(group: readonly Measurement[], label: (measurement: Measurement) => string): string {
  const limited = group.every(({ shareOfPeak, shareOfBandwidth }) => (shareOfPeak ?? shareOfBandwidth) !== undefined);
  if (limited && group.every(({ gigabytesPerSecond }) => gigabytesPerSecond !== undefined)) {
    const bars = group.map((measurement) => {
      const { shareOfPeak = 0, shareOfBandwidth = 0, milliseconds } = measurement;
      const value = Math.max(shareOfPeak, shareOfBandwidth);
      const what = shareOfPeak >= shareOfBandwidth ? 'of peak' : 'of bandwidth';
      const at = (time: number): number => (value * milliseconds.median) / time;
      return {
        ...{ label: label(measurement), value, lowest: at(milliseconds.highest), highest: at(milliseconds.lowest) },
        ...{ series: shareOfPeak >= shareOfBandwidth ? 0 : 1, text: `${percent(value)} ${what}` },
      };
    });
    return barChart(bars, 1);
  }
  const contenders = [...new Set(group.map(({ contender }) => contender))];
  return barChart(
    group.map((measurement) => {
      const { median, lowest, highest } = measurement.imagesPerSecond;
      const series = contenders.indexOf(measurement.contender);
      return { label: label(measurement), value: median, lowest, highest, series, text: `${figure(median)} images/s` };
    }),
  );
}

/** Peak memory of each process, where it is known. */
function memory(group: readonly Measurement[], label: (measurement: Measurement) => string): string {
  const bars = group.flatMap((measurement) => {
    const { peakResidentBytes } = measurement;
    if (peakResidentBytes === undefined) return [];
    const value = peakResidentBytes / 2 ** 20;
    const text = `${value.toFixed(0)} MiB at most`;
    return [{ label: label(measurement), value, lowest: value, highest: value, series: 7, text }];
  });
  return barChart(bars);
}

function machineTable({ environment, limits, otherLoad, settings, command }: BenchmarkResult): string {
  const { processor, processors, memoryBytes, system, node, commit } = environment;
  const { peakGigaflops, memoryGigabytesPerSecond } = limits;
  const rows: (readonly [string, string | undefined])[] = [
    ['command', command],
    ...Object.entries(settings).map(([name, value]) => [name, String(value)] as const),
    ['processor', `${processor}, ${processors} processors, ${(memoryBytes / 2 ** 30).toFixed(1)} GiB`],
    ['system', `${system}, Node ${node}`],
    ['commit', commit ?? undefined],
    ['multiply-add peak', peakGigaflops === undefined ? undefined : `${figure(peakGigaflops)} GFLOP/s`],
    ['memory', memoryGigabytesPerSecond === undefined ? undefined : `${figure(memoryGigabytesPerSecond)} GB/s`],
    ['other programs', `${percent(otherLoad.before)} before, ${percent(otherLoad.after)} after`],
  ];
  return htmlTable(
    ['', ''],
    rows.flatMap(([name, value]) => (value === undefined ? [] : [[name, value]])),
  );
}

/** Two results side by side: times relative to before, and the table with what got slower marked. */
export function comparisonPage(before: BenchmarkResult, after: BenchmarkResult): string {
  const both = compareResults(before, after).filter(({ ratio }) => ratio !== undefined);
  const contenders = new Set(both.map(({ contender }) => contender));
  const bars = both.flatMap(({ subject, contender, before: old, after: fresh, ratio, verdict }) => {
    if (old === undefined || fresh === undefined || ratio === undefined) return [];
    const base = old.milliseconds.median;
    return [
      {
        ...{
          label: contenders.size > 1 ? `${contender}: ${subject}` : subject,
          value: ratio,
          series: verdict === 'slower' ? 1 : 0,
        },
        ...{ lowest: fresh.milliseconds.lowest / base, highest: fresh.milliseconds.highest / base },
        text: `× ${ratio.toFixed(3)} ${verdict === 'same' ? '' : verdict}`,
      },
    ];
  });
  const { heads, rows } = comparisonTable(before, after);
  const verdict = (row: readonly string[]): string => (row.at(-1) ?? '').toLowerCase().replaceAll(' ', '-');
  return page(`${after.benchmark}: ${after.date} against ${before.date}`, [
    { heading: 'Careful', content: htmlList(comparisonCaveats(before, after)) },
    { heading: 'Time after over before (1 is the same, more is slower)', content: barChart(bars, 1) },
    { heading: 'Figures', content: htmlTable(heads, rows, verdict) },
    { heading: 'Machine before', content: machineTable(before) },
    { heading: 'Machine after', content: machineTable(after) },
  ]);
}
