import { join } from 'node:path';
import { applyConvolution } from '../backend/apply-arithmetic.js';
import { selectBackend } from '../backend/select-backend.js';
import type { AnalyzeOptions } from '../commands/analyze-options.js';
import { createOutput, type Output } from '../output.js';
import { disposeModel, type Model } from '../run/open-model.js';
import { openModels } from '../run/open-models.js';
import { formatTable } from '../table.js';
import { writeAnalysis, type Analysis, type AnalysisSection } from './write-analysis.js';

/** What an analysis works with. */
export interface AnalysisContext {
  readonly models: readonly [Model, ...Model[]];
  readonly note: Output['note'];
}

/**
 * Opens runs, looks into them, writes what was found, and prints it.
 *
 * @param name of the analysis, and of its folder in the first run's `analysis`, unless `--out` names another
 * @param analyze looks; the models are freed after it
 */
export async function analyzeModels(
  name: string,
  sources: readonly string[],
  { options, analyze }: { options: AnalyzeOptions; analyze: (context: AnalysisContext) => Promise<Analysis> },
): Promise<void> {
  const output = createOutput(options.json ?? false);
  const backend = await selectBackend(options, output.note);
  const models = await openModels(sources);
  try {
    await applyConvolution(backend, models[0].recipe, output.note);
    const analysis = await analyze({ models, note: output.note });
    const page = await writeAnalysis(options.out ?? join(models[0].runFolder, 'analysis', name), analysis);
    output.result({ page, ...asObject(analysis.data) }, () =>
      [analysis.title, ...analysis.sections.flatMap(describe), '', `report ${page}`].join('\n'),
    );
  } finally {
    models.forEach(disposeModel);
  }
}

const asObject = (data: unknown): object => (typeof data === 'object' && data !== null ? data : { data });

function describe({ table }: AnalysisSection): string[] {
  if (table === undefined) return [];
  const columns = table.head.map((head, index) => ({
    head,
    align: index === 0 ? ('left' as const) : ('right' as const),
  }));
  return ['', formatTable(columns, table.rows)];
}

/** Names of runs for legends and tables: the network's where no two have the same, else the folder's too. */
export function labelsOf(models: readonly Model[]): string[] {
  const names = models.map(({ network }) => network.name);
  const distinct = new Set(names).size === names.length;
  return models.map(({ network, runFolder, step }) =>
    distinct ? network.name : `${network.name}, ${runFolder}, step ${step}`,
  );
}
