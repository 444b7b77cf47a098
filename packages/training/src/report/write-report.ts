import { join } from 'node:path';
import { replaceFile } from '../run/atomic-write.js';
import { readEnvironment } from '../run/environment.js';
import { readEvaluation } from '../run/evaluation-file.js';
import { readMetrics } from '../run/metrics.js';
import { readRecipe } from '../run/run-folder.js';

/**
 * Writes `report.html` into a run folder from its other files alone: curves, final figures, error by class, confusion
 * matrix, recipe and environment. The page is self-contained.
 *
 * @returns the path of the page
 * @throws DataError when one of the files is missing or damaged
 *
 * @example
 * console.log(await writeReport('runs/cifar10-quick-001')); // runs/cifar10-quick-001/report.html
 */
export async function writeReport(runFolder: string): Promise<string> {
  const data = {
    recipe: await readRecipe(runFolder),
    environment: await readEnvironment(runFolder),
    metrics: await readMetrics(runFolder),
    evaluation: await readEvaluation(runFolder),
  };
  // The chart libraries take half a second to load; training itself never needs them.
  const { reportPage } = await import('./report-page.js');
  const path = join(runFolder, 'report.html');
  await replaceFile(path, reportPage(data));
  return path;
}
