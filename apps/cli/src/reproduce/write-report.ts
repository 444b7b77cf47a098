import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { replaceFile } from '@resnet-ts/training';
import type { DrawingContext, Experiment } from './experiment.js';
import type { ReportDocument } from './document.js';
import { toMarkdown } from './markdown.js';
import type { RunResult } from './run-result.js';
import type { Scale } from './scale.js';

/**
 * The report of an experiment, from whatever its runs have shown so far.
 *
 * @returns the path of the page; `report.md` and the drawings as SVG lie beside it
 */
export async function writeExperimentReport(
  folder: string,
  experiment: Experiment,
  { scale, results, context }: { scale: Scale; results: readonly RunResult[]; context: DrawingContext },
): Promise<string> {
  const document = await describeExperiment(experiment, { scale, results, context });
  await mkdir(folder, { recursive: true });
  for (const { name, svg } of document.sections.flatMap(({ drawings = [] }) => drawings)) {
    await replaceFile(join(folder, `${name}.svg`), svg);
  }
  await replaceFile(join(folder, 'report.md'), toMarkdown(document));
  const { toHtml } = await import('./html.js');
  const path = join(folder, 'report.html');
  await replaceFile(path, toHtml(document));
  return path;
}

async function describeExperiment(
  experiment: Experiment,
  { scale, results, context }: { scale: Scale; results: readonly RunResult[]; context: DrawingContext },
): Promise<ReportDocument> {
  const open = results.filter(({ finished }) => !finished).length;
  const state = open === 0 ? [] : [`${open} of ${results.length} runs have not ended: what follows is preliminary.`];
  const scaled =
    scale.factor === 1
      ? []
      : [
          `At scale ${scale.label}: every schedule is ${Math.round(1 / scale.factor)} times shorter than the paper’s, and errors are higher for it. Only comparisons among these runs count.`,
        ];
  return {
    title: scale.factor === 1 ? experiment.title : `${experiment.title} (scale ${scale.label})`,
    paragraphs: [...experiment.explanation, ...scaled, ...state],
    sections: await experiment.draw(results, context),
  };
}
