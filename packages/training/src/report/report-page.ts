import { describeRecipe } from '../recipe/describe-recipe.js';
import type { Recipe } from '../recipe/recipe-schema.js';
import type { Environment } from '../run/environment.js';
import type { EvaluationSummary } from '../run/evaluation-file.js';
import type { MetricsRecord, StepRecord } from '../run/metrics-schema.js';
import { drawChart, type Chart } from './draw-curves.js';
import { escapeHtml } from './escape-html.js';
import { duration, figure, percent } from './format.js';
import { runCharts } from './run-charts.js';
import { confusionTable, pairsTable, perClassTable } from './tables.js';

/** Everything a report is made of; nothing else is looked at. */
export interface ReportData {
  readonly recipe: Recipe;
  readonly environment: Environment;
  readonly metrics: readonly MetricsRecord[];
  readonly evaluation: EvaluationSummary | undefined;
}

const STYLE = `
:root { color-scheme: light; font: 15px/1.5 system-ui, sans-serif; color: #1d2430; background: #fff; }
body { max-width: 1080px; margin: 2rem auto; padding: 0 1rem; }
h1 { font-size: 1.5rem; } h2 { font-size: 1.1rem; margin: 2rem 0 .5rem; }
table { border-collapse: collapse; font-variant-numeric: tabular-nums; }
th, td { padding: .2rem .6rem; text-align: right; border-bottom: 1px solid #e3e6ea; font-weight: normal; }
th { text-align: left; } .pairs td { text-align: left; }
.charts { display: grid; grid-template-columns: repeat(auto-fit, minmax(420px, 1fr)); gap: 1.5rem; }
figure { margin: 0; } figcaption { font-weight: 600; } svg { max-width: 100%; height: auto; }
.key { font-weight: normal; margin-left: .8rem; } .key::before { content: "— "; color: var(--line); }
.scroll { overflow-x: auto; } .confusion td { min-width: 2.2rem; } .confusion thead th { vertical-align: bottom; }
.confusion thead span { writing-mode: vertical-rl; transform: rotate(180deg); }
`;

/** The page as one self-contained document: no scripts, no addresses. Every text from outside is escaped. */
export function reportPage(data: ReportData): string {
  const { recipe, metrics, evaluation } = data;
  const title = `${recipe.name}: ${recipe.network} on ${recipe.data.set}`;
  const charts = runCharts(metrics, recipe.schedule).map(chartFigure).join('');
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">
<title>${escapeHtml(title)}</title>
<style>${STYLE}</style>
</head>
<body>
<h1>${escapeHtml(title)}</h1>
${section('Result', pairsTable(finalFigures(data)))}
${section('Curves', charts === '' ? '<p>No step has been logged yet.</p>' : `<div class="charts">${charts}</div>`)}
${evaluation === undefined ? '' : section('Error by class', perClassTable(evaluation))}
${evaluation === undefined ? '' : section('Confusion matrix', `<div class="scroll">${confusionTable(evaluation)}</div>`)}
${section('Recipe', pairsTable(describeRecipe(recipe)))}
${section('Environment', pairsTable(environmentRows(data.environment)))}
</body>
</html>
`;
}

function section(title: string, content: string): string {
  return content === '' || content === '<div class="scroll"></div>'
    ? ''
    : `<section><h2>${title}</h2>${content}</section>`;
}

function chartFigure(chart: Chart): string {
  const svg = drawChart(chart);
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
