import { BUSY_FRACTION } from '../measure/machine-load.js';
import { formatTable } from './format-table.js';
import type { BenchmarkResult, Measurement } from './result-schema.js';

/** Three or four significant digits, without an exponent. */
export function figure(value: number): string {
  if (value >= 1000) return value.toFixed(0);
  if (value >= 100) return value.toFixed(1);
  return value >= 10 ? value.toFixed(2) : value.toPrecision(3);
}

export const percent = (share: number): string => `${(100 * share).toFixed(0)} %`;

interface Column {
  readonly head: string;
  readonly cell: (measurement: Measurement) => string | undefined;
}

const optional = (value: number | undefined, format: (value: number) => string): string | undefined =>
  value === undefined ? undefined : format(value);

const COLUMNS: readonly Column[] = [
  { head: 'contender', cell: ({ contender }) => contender },
  { head: 'batch', cell: ({ batch }) => String(batch) },
  { head: 'images/s', cell: ({ imagesPerSecond }) => figure(imagesPerSecond.median) },
  { head: 'ms', cell: ({ milliseconds }) => figure(milliseconds.median) },
  {
    head: 'lowest – highest ms',
    cell: ({ milliseconds: { lowest, highest } }) => `${figure(lowest)} – ${figure(highest)}`,
  },
  { head: 'GFLOP/s', cell: ({ gigaflops }) => optional(gigaflops, figure) },
  { head: 'of peak', cell: ({ shareOfPeak }) => optional(shareOfPeak, percent) },
  { head: 'GB/s', cell: ({ gigabytesPerSecond }) => optional(gigabytesPerSecond, figure) },
  { head: 'of bandwidth', cell: ({ shareOfBandwidth }) => optional(shareOfBandwidth, percent) },
  {
    head: 'peak MiB',
    cell: ({ peakResidentBytes }) => optional(peakResidentBytes, (bytes) => (bytes / 2 ** 20).toFixed(0)),
  },
  { head: 'J/image', cell: ({ joulesPerImage }) => optional(joulesPerImage, figure) },
];

/** Columns that hold something in at least one row, as texts. */
export function tableOf(measurements: readonly Measurement[]): { heads: string[]; rows: string[][] } {
  const columns = COLUMNS.filter(({ cell }) => measurements.some((measurement) => cell(measurement) !== undefined));
  return {
    heads: columns.map(({ head }) => head),
    rows: measurements.map((measurement) => columns.map(({ cell }) => cell(measurement) ?? '')),
  };
}

/** Our own contenders begin with the name of this project or of its command. */
const isOurs = ({ contender }: Measurement): boolean => contender.startsWith('resnet');

/** Our best over the best peer at one subject, of median images a second; nothing where one of the two is absent. */
export function ratioToBestPeer(measurements: readonly Measurement[]): { ratio: number; peer: string } | undefined {
  const ours = fastest(measurements.filter(isOurs));
  const peer = fastest(measurements.filter((measurement) => !isOurs(measurement)));
  if (ours === undefined || peer === undefined) return undefined;
  return { ratio: ours.imagesPerSecond.median / peer.imagesPerSecond.median, peer: peer.contender };
}

function fastest(measurements: readonly Measurement[]): Measurement | undefined {
  const [fastestFirst] = [...measurements].sort((a, b) => b.imagesPerSecond.median - a.imagesPerSecond.median);
  return fastestFirst;
}

/** Measurements by what they are of, in order. */
export function bySubject(measurements: readonly Measurement[]): Map<string, Measurement[]> {
  const subjects = new Map<string, Measurement[]>();
  for (const measurement of measurements) {
    const group = subjects.get(measurement.subject);
    if (group === undefined) subjects.set(measurement.subject, [measurement]);
    else group.push(measurement);
  }
  return subjects;
}

/** With more subjects than this each is one row of one table. */
const MOST_TABLES = 4;

/** The result for people. */
export function formatResult(result: BenchmarkResult): string {
  const { benchmark, measurements, otherLoad, limits, skipped, notes } = result;
  const subjects = bySubject(measurements);
  const tables =
    subjects.size > MOST_TABLES || [...subjects.values()].every((group) => group.length === 1)
      ? [subjectTable(subjects)]
      : [...subjects].map(([subject, group]) => contenderTable(subject, group));
  const busy = Math.max(otherLoad.before, otherLoad.after) > BUSY_FRACTION;
  return [
    `${benchmark}, ${result.environment.processor}, ${describeLimits(limits)}`,
    ...tables,
    ...skipped.map(({ contender, reason }) => `skipped ${contender}: ${reason}`),
    ...notes.map((note) => `note: ${note}`),
    `other programs used ${percent(otherLoad.before)} of the machine before and ${percent(otherLoad.after)} after${busy ? ': too busy for these figures to count' : ''}`,
  ].join('\n');
}

function describeLimits({ peakGigaflops, memoryGigabytesPerSecond }: BenchmarkResult['limits']): string {
  const peak = optional(peakGigaflops, (value) => `multiply-add peak ${figure(value)} GFLOP/s`);
  const memory = optional(memoryGigabytesPerSecond, (value) => `memory ${figure(value)} GB/s`);
  return [peak, memory].filter((part) => part !== undefined).join(', ') || 'limits not measured';
}

/** One row a subject: our figures, and how many times faster than the best peer that is. */
function subjectTable(subjects: ReadonlyMap<string, readonly Measurement[]>): string {
  const ours = [...subjects.values()].flatMap((group) => group.slice(0, 1));
  const { heads, rows } = tableOf(ours);
  const bests = [...subjects.values()].map((group) => ratioToBestPeer(group));
  const compared = bests.some((best) => best !== undefined);
  return formatTable(
    ['subject', ...heads, ...(compared ? ['× best peer'] : [])],
    rows.map((row, index) => {
      const best = bests[index];
      return [ours[index]?.subject ?? '', ...row, ...(best === undefined ? [] : [figure(best.ratio)])];
    }),
  );
}

function contenderTable(subject: string, measurements: readonly Measurement[]): string {
  const { heads, rows } = tableOf(measurements);
  const best = ratioToBestPeer(measurements);
  const ratio = best === undefined ? [] : [`${figure(best.ratio)} × the best peer, ${best.peer}`];
  return [`\n${subject}`, formatTable(heads, rows), ...ratio].join('\n');
}
