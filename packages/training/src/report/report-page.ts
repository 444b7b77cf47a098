import { escapeHtml, htmlPage } from '@resnet-ts/report';
import { lineChart } from '@resnet-ts/report/charts';
import { describeRecipe } from '../recipe/describe-recipe.js';
import type { Recipe } from '../recipe/recipe-schema.js';
import type { Environment } from '../run/environment.js';
import type { EvaluationSummary } from '../run/evaluation-file.js';
import type { MetricsRecord, StepRecord } from '../run/metrics-schema.js';
import { duration, figure, percent } from './format.js';
import { runCharts, type TitledChart } from './run-charts.js';
import { rateChanges } from './rate-changes.js';
import { confusionTable, pairsTable, perClassTable, rateTable } from './tables.js';

/** Everything a report is made of; nothing else is looked at. */
export interface ReportData {
  readonly recipe: Recipe;
  readonly environment: Environment;
  readonly metrics: readonly MetricsRecord[];
  readonly evaluation: EvaluationSummary | undefined;
}

const STYLE = `
.pairs td { text-align: left; }
.key { font-weight: normal; margin-left: .8rem; } .key::before { content: "— "; color: var(--line); }
.confusion td { min-width: 2.2rem; } .confusion thead th { vertical-align: bottom; }
.confusion thead span { writing-mode: vertical-rl; transform: rotate(180deg); }
`;

/** The page as one self-contained document: no scripts, no addresses. Every text from outside is escaped. */
export function reportPage(data: ReportData): string {
  const { recipe, metrics, evaluation } = data;
  const charts = runCharts(metrics, recipe.schedule).map(chartFigure).join('');
  const confusion = evaluation === undefined ? '' : confusionTable(evaluation);
  return htmlPage({
    title: `${recipe.name}: ${recipe.network} on ${recipe.data.set}`,
    style: STYLE,
    sections: [
      { heading: 'Result', content: pairsTable(finalFigures(data)) },
      {
        heading: 'Curves',
        content: charts === '' ? '<p>No step has been logged yet.</p>' : `<div class="charts">${charts}</div>`,
      },
      { heading: 'Learning rate as it was', content: rateTable(rateChanges(metrics)) },
      { heading: 'Error by class', content: evaluation === undefined ? '' : perClassTable(evaluation) },
      { heading: 'Confusion matrix', content: confusion === '' ? '' : `<div class="scroll">${confusion}</div>` },
      { heading: 'Recipe', content: pairsTable(describeRecipe(recipe)) },
      { heading: 'Environment', content: pairsTable(environmentRows(data.environment)) },
    ],
  });
}

function chartFigure(chart: TitledChart): string {
  const svg = lineChart(chart);
  if (svg === '') return '';
  const keys = chart.series
    .filter(({ points }) => points.length > 0)
    .map(({ label, color }) => `<span class="key" style="--line: ${color}">${escapeHtml(label)}</span>`);
  return `<figure><figcaption>${escapeHtml(chart.title)}${keys.join('')}</figcaption>${svg}</figure>`;
}

function finalFigures({ metrics, evaluation }: ReportData): { label: string; value: string }[] {
  const last = metrics.findLast((record): record is StepRecord => record.kind === 'step');
  const training =
    last === undefined
      ? []
      : [
          { label: 'steps', value: `${last.step} (${figure(last.epoch)} epochs)` },
          { label: 'training loss', value: figure(last.loss) },
          { label: 'training error', value: percent(last.error) },
          { label: 'training time', value: duration(last.seconds) },
          { label: 'images/s', value: figure(last.imagesPerSecond) },
          ...waitingRow(metrics),
        ];
  if (evaluation === undefined) return training;
  return [
    { label: 'top-1 error', value: `${percent(evaluation.top1Error)} on ${evaluation.examples} images` },
    ...(evaluation.top5Error === undefined ? [] : [{ label: 'top-5 error', value: percent(evaluation.top5Error) }]),
    { label: 'evaluation loss', value: figure(evaluation.loss) },
    ...(evaluation.set === undefined ? [] : [{ label: 'evaluated on', value: evaluation.set }]),
    ...(evaluation.step === undefined ? [] : [{ label: 'evaluated after step', value: String(evaluation.step) }]),
    ...training,
  ];
}

/** Over the whole run: each line tells of the time since the line before. */
function waitingRow(metrics: ReportData['metrics']): { label: string; value: string }[] {
  let before = 0;
  let waited = 0;
  let seconds = 0;
  for (const record of metrics) {
    if (record.kind !== 'step') continue;
    const spent = Math.max(0, record.seconds - before);
    before = record.seconds;
    if (record.waiting === undefined) continue;
    waited += record.waiting * spent;
    seconds += spent;
  }
  return seconds === 0
    ? []
    : [{ label: 'waited for data', value: `${percent(waited / seconds)} of the training time` }];
}

function environmentRows({ sessions }: Environment): { label: string; value: string }[] {
  return sessions.flatMap((session, index) => [
    { label: `session ${index + 1}`, value: `from step ${session.firstStep}, started ${session.startedAt}` },
    { label: 'backend', value: `${session.backend}, TensorFlow.js ${session.tfjs}, Node ${session.node}` },
    { label: 'machine', value: `${session.processor}, ${session.cores} cores, ${session.platform}` },
    ...Object.entries(session.details).map(([label, value]) => ({
      label,
      value: typeof value === 'string' ? value : JSON.stringify(value),
    })),
  ]);
}
