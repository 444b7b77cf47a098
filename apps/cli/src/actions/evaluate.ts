import {
  evaluateImages,
  perClassRows,
  summaryRows,
  type EvaluationReport,
  type Rows,
  type TestViews,
} from '@resnet-ts/evaluation';
import { ArgumentError, expected } from '@resnet-ts/tensor-ops';
import { applyConvolution } from '../backend/apply-arithmetic.js';
import { selectBackend } from '../backend/select-backend.js';
import type { EvaluateOptions } from '../commands/evaluate.js';
import { createOutput } from '../output.js';
import { countProgress } from '../progress/count-progress.js';
import { disposeModel, type Model } from '../run/open-model.js';
import { openModels } from '../run/open-models.js';
import { reestimate } from '../test-images/reestimate.js';
import { evaluateWholeImages, type Evaluated } from '../test-images/evaluate-whole-images.js';
import { memberOf } from '../test-images/member-of.js';
import type { OpenedImages } from '../test-images/opened-images.js';
import { openTestImages } from '../test-images/open-test-images.js';
import { isViews, type ProtocolName } from '../test-images/protocol-names.js';
import { recipeViews } from '../test-images/recipe-views.js';
import { tellBroken } from '../test-images/tell-broken.js';
import { writeEvaluationPage } from '../test-images/write-evaluation-page.js';
import { formatTable } from '../table.js';

/** `resnet evaluate`: one network, or the mean of several, on test images by one of the paper's protocols. */
export async function evaluateAction(sources: readonly string[], options: EvaluateOptions): Promise<void> {
  const output = createOutput(options.json ?? false);
  const backend = await selectBackend(options, output.note);
  const models = await openModels(sources);
  try {
    await applyConvolution(backend, models[0].recipe, output.note);
    const images = await openTestImages(models[0], { data: options.data, onBroken: options.onBroken });
    if (options.reestimateBatchNorm !== undefined) {
      const examples = options.reestimateBatchNorm === true ? undefined : options.reestimateBatchNorm;
      for (const [index, model] of models.entries()) {
        models[index] = await reestimate(model, { data: options.data, examples, note: output.note });
      }
    }
    const [first] = models;
    const { report, protocol, broken } = await evaluateModels(models, images, options);
    tellBroken(broken, output.note);
    const page =
      options.report === undefined
        ? undefined
        : await writeEvaluationPage(options.report, {
            title: `${models.map(({ network }) => network.name).join(' and ')} on ${images.name}, ${protocol}`,
            ...{ report, images },
          });
    const { runFolder, checkpoint, step, network } = first;
    const result = {
      ...{ runFolder, checkpoint, step, backend, network: network.name, set: images.name, protocol },
      members: models.map((model) => ({ checkpoint: model.checkpoint, step: model.step, network: model.network.name })),
      ...{ batchNorm: options.reestimateBatchNorm === undefined ? 'moving averages' : 're-estimated', page },
      broken,
      ...withNames(report, images),
    };
    output.result(result, () => describe(models, images, { report, protocol, broken, page }));
  } finally {
    models.forEach(disposeModel);
  }
}

async function evaluateModels(
  models: readonly [Model, ...Model[]],
  images: OpenedImages,
  options: EvaluateOptions,
): Promise<Evaluated> {
  const [first, ...others] = models;
  const progress = countProgress(images.size, 'images');
  try {
    const onImage = ({ examples }: { readonly examples: number }): void => progress.update(examples);
    const { protocol = usualProtocol(first, others), scales } = options;
    if (others.length === 0 && scales === undefined && (protocol === 'center-crop' || isViews(protocol))) {
      const usual = { batchSize: options.batch, onExamples: progress.update };
      const views = isViews(protocol) ? protocol : undefined;
      const single = await evaluateWholeImages(first, images, { ...usual, views });
      if (single !== undefined) return single;
    }
    if (options.protocol !== undefined && isViews(options.protocol)) {
      const wanted = "one run and a data set in the network's own size, without --scales,";
      throw new ArgumentError(expected(wanted, `--protocol ${options.protocol}`, images.name));
    }
    const crops = { protocol: isViews(protocol) ? ('center-crop' as const) : protocol, scales };
    const members = models.map((model) => memberOf(model, images, crops));
    const report = await evaluateImages({
      ...{ members, images, onImage, classes: images.classNames },
      viewsPerBatch: options.batch,
    });
    return {
      report,
      protocol: [...new Set(members.map(({ protocol }) => protocol.name))].join(' and '),
      broken: images.broken(),
    };
  } finally {
    progress.stop();
  }
}

/** As training evaluates: views of whole images where the recipe says so, else one view. */
function usualProtocol({ recipe }: Model, others: readonly Model[]): ProtocolName | TestViews {
  return (others.length === 0 ? recipeViews(recipe) : undefined) ?? 'center-crop';
}

/** The worst mistakes by name as well as by number. */
function withNames(report: EvaluationReport, images: OpenedImages) {
  const worstMistakes = report.worstMistakes.map((mistake) => ({ image: images.id(mistake.index), ...mistake }));
  return { ...report, worstMistakes };
}

function describe(
  models: readonly Model[],
  images: OpenedImages,
  { report, protocol, broken, page }: Evaluated & { readonly page: string | undefined },
): string {
  const names = models.map(({ network, step }) => `${network.name} after ${step} steps`);
  return [
    `${names.join(' and ')} on ${report.examples} images of ${images.name}: ${protocol}`,
    ...(broken.length === 0 ? [] : [`${broken.length} more could not be decoded`]),
    '',
    rowsTable(summaryRows(report)),
    '',
    rowsTable(perClassRows(report)),
    ...(page === undefined ? [] : ['', `report ${page}`]),
  ].join('\n');
}

function rowsTable([head = [], ...rows]: Rows): string {
  return formatTable(
    head.map((text, index) => ({ head: text, align: index === 0 ? 'left' : 'right' })),
    rows,
  );
}
