import type { LineChart } from '@resnet-ts/report/charts';
import type { EvaluationRecord, MetricsRecord, StepRecord } from '../run/metrics-schema.js';
import type { Schedule } from '../recipe/schedule-schema.js';

const TRAINING = '#3b6fb6';
const TEST = '#c2552d';

/** A chart with the title it stands under. */
export interface TitledChart extends LineChart {
  readonly title: string;
}

/** The curves of a run: loss, error (as in the paper's Fig. 6), learning rate and speed, over epochs. */
export function runCharts(records: readonly MetricsRecord[], schedule: Schedule): TitledChart[] {
  const steps = records.filter((record): record is StepRecord => record.kind === 'step');
  const evaluations = records.filter((record): record is EvaluationRecord => record.kind === 'evaluation');
  const training = (value: (record: StepRecord) => number | null) => ({
    label: 'training',
    color: TRAINING,
    points: steps.map((record) => ({ x: record.epoch, y: value(record) ?? Number.NaN })),
  });
  const test = (value: (record: EvaluationRecord) => number | null) => ({
    label: 'evaluation',
    color: TEST,
    marked: true,
    points: evaluations.map((record) => ({ x: record.epoch, y: value(record) ?? Number.NaN })),
  });
  const x = { label: 'epoch' };
  return [
    {
      title: 'Loss',
      x,
      y: { label: 'cross-entropy' },
      series: [training(({ loss }) => loss), test(({ loss }) => loss)],
    },
    {
      title: 'Error',
      x,
      y: { label: 'top-1 error, %' },
      series: [training(({ error }) => times100(error)), test(({ top1Error }) => times100(top1Error))],
    },
    {
      title: 'Learning rate',
      x,
      y: { label: 'learning rate', scale: schedule.kind === 'step' || schedule.kind === 'plateau' ? 'log' : 'linear' },
      series: [training(({ learningRate }) => learningRate)],
    },
    { title: 'Speed', x, y: { label: 'images/s' }, series: [training(({ imagesPerSecond }) => imagesPerSecond)] },
  ];
}

function times100(fraction: number | null): number | null {
  return fraction === null ? null : fraction * 100;
}
