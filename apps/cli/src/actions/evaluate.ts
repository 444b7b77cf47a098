import { createEvaluationBatches, loadDataset } from '@resnet-ts/data-pipelines';
import { evaluate } from '@resnet-ts/evaluation';
import { disposeNamed } from '@resnet-ts/tensor-ops';
import { applyConvolution } from '../backend/apply-arithmetic.js';
import { selectBackend } from '../backend/select-backend.js';
import type { EvaluateOptions } from '../commands/evaluate.js';
import { findDataset } from '../datasets/find-dataset.js';
import { formatPercent } from '../format.js';
import { createOutput } from '../output.js';
import { openModel } from '../run/open-model.js';
import { formatTable } from '../table.js';

/** `resnet evaluate`: one crop of every test image, as it is, in order. */
export async function evaluateAction(source: string, options: EvaluateOptions): Promise<void> {
  const { data, batch, json = false } = options;
  const output = createOutput(json);
  const backend = await selectBackend(options, output.note);
  const { runFolder, checkpoint, step, recipe, network, state, preprocessing } = await openModel(source);
  await applyConvolution(backend, recipe, output.note);
  const { classNames, mean } = preprocessing;
  const { test } = await loadDataset(await findDataset(recipe.data.set, data), { directory: data });
  const batches = createEvaluationBatches(test, { batchSize: batch, mean });
  const report = await evaluate({ network, state, batches: batches.epoch(0), classes: classNames });
  disposeNamed(state.parameters);
  disposeNamed(state.buffers);
  const result = {
    runFolder,
    checkpoint,
    step,
    backend,
    network: network.name,
    set: `${recipe.data.set} test`,
    ...report,
  };
  output.result(result, () => {
    const classes = formatTable(
      [{ head: 'class' }, { head: 'error', align: 'right' }],
      classNames.map((name, index) => [name, formatPercent(report.perClassError[index] ?? Number.NaN)]),
    );
    return [
      `${network.name} after ${step} steps on ${report.examples} test images of ${recipe.data.set}`,
      `top-1 error ${formatPercent(report.top1Error)}, top-5 error ${formatPercent(report.top5Error)}, loss ${report.loss.toFixed(4)}`,
      '',
      classes,
    ].join('\n');
  });
}
