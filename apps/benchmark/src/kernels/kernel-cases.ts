import { layerTable, networkTable } from '@resnet-ts/architectures';
import type { LayerRow } from '@resnet-ts/architectures';
import type { KernelCase, KernelOperation } from './kernel-case.js';

type Sizes = readonly [height: number, width: number, channels: number];

/** Sizes of one layer, without what is done with it. */
type Geometry = Pick<KernelCase, 'input' | 'output' | 'size' | 'stride' | 'padding' | 'groups'>;

/** The batch each network is judged at. */
const BATCHES: readonly (readonly [RegExp, number])[] = [
  [/^(resnet|plain)(18|34)/, 32],
  [/^(resnet|resnext)(50|101|152)/, 16],
];
const CIFAR_BATCH = 128;

/** Bytes of one float32. */
const BYTES = 4;

const CONVOLUTION_OPERATIONS: readonly KernelOperation[] = [
  'forward',
  'data-gradient',
  'filter-gradient',
  'forward-batch-norm',
  'forward-batch-norm-add',
  'backward-batch-norm',
  'backward-batch-norm-add',
  'inference',
];

/** Those that a convolution in groups has kernels for. */
const GROUPED_OPERATIONS: readonly KernelOperation[] = ['forward', 'data-gradient', 'filter-gradient'];

/** The batch a network's kernels are timed at unless told otherwise. */
export function batchFor(network: string): number {
  return BATCHES.find(([pattern]) => pattern.test(network))?.[1] ?? CIFAR_BATCH;
}

/**
 * Every distinct convolution, batch norm and pooling of a network, each with its operations. The data gradient of the
 * first convolution is left out: nobody computes it.
 */
export function kernelCases(network: string, batch = batchFor(network)): KernelCase[] {
  const rows = layerTable(network);
  const table = networkTable(network);
  const groupsOf = ({ name }: LayerRow): number =>
    table.kind === 'residual' && name.endsWith('.conv2') ? (table.groups ?? 1) : 1;
  const cases = rows.flatMap((row, index) => {
    const first = rows.slice(0, index).every(isNotConvolution);
    return casesOf(row, { batch, first, groups: groupsOf(row) });
  });
  return [...new Map(cases.map((one) => [one.subject, one])).values()];
}

/** The last convolution of a block's branch takes the shortcut in: of bottlenecks the third, of others the second. */
const endsBlock = ({ name, inputShape, outputShape }: LayerRow): boolean =>
  name.endsWith('.conv3') || (name.endsWith('.conv2') && inputShape.join() === outputShape.join());

const isNotConvolution = ({ kind }: LayerRow): boolean => kind !== 'convolution';

function casesOf(
  row: LayerRow,
  { batch, first, groups }: { readonly batch: number; readonly first: boolean; readonly groups: number },
): KernelCase[] {
  const input = sizes(row.inputShape);
  switch (row.kind) {
    case 'convolution': {
      const output = sizes(row.outputShape);
      const size = Math.round(Math.sqrt((row.parameters * groups) / (input[2] * output[2])));
      const geometry = { ...windowed(input, output, size, Math.round(input[0] / output[0])), groups };
      const operations = (groups === 1 ? CONVOLUTION_OPERATIONS : GROUPED_OPERATIONS).filter((operation) => {
        if (operation.endsWith('-add')) return endsBlock(row);
        return !(first && operation === 'data-gradient');
      });
      return operations.map((operation) => convolutionCase(operation, geometry, batch, first));
    }
    case 'batch-norm':
      return (['batch-norm', 'batch-norm-gradient'] as const).map((operation) => {
        // Forward reads x and writes y; backward reads dy, y (for the mask) and x, and writes dx.
        const tensors = operation === 'batch-norm' ? 2 : 4;
        const geometry = windowed(input, input, 1, 1);
        return { ...named(operation, geometry, batch), operations: 0, bytes: tensors * batch * values(input) * BYTES };
      });
    case 'max-pool':
      return (['max-pool', 'max-pool-gradient'] as const).map((operation) => {
        const output = sizes(row.outputShape);
        const geometry = windowed(input, output, 3, 2);
        // Backward also reads the images again, to find where the maximum was.
        const moved = operation === 'max-pool' ? values(input) + values(output) : 2 * values(input) + values(output);
        return { ...named(operation, geometry, batch), operations: 0, bytes: batch * moved * BYTES };
      });
    case 'global-average-pool':
      return (['global-average-pool', 'global-average-pool-gradient'] as const).map((operation) => {
        const output = [1, 1, input[2]] as const;
        const geometry = windowed(input, output, input[0], 1);
        const moved = values(input) + values(output);
        return { ...named(operation, geometry, batch), operations: 0, bytes: batch * moved * BYTES };
      });
    // Linear layers and zero-pad shortcuts are a thousandth of a step.
    case 'linear':
    case 'average-pool': // of ResNet-D's shortcut; not measured
    case 'zero-pad-shortcut':
      return [];
  }
}

/** Multiply-adds by what is computed: backward computes both gradients, but no data gradient of the images. */
function convolutionCase(operation: KernelOperation, geometry: Geometry, batch: number, first: boolean): KernelCase {
  const { input, output, size, groups } = geometry;
  const filter = (size * size * input[2] * output[2]) / groups;
  const one = 2 * batch * filter * output[0] * output[1];
  const [x, y] = [batch * values(input), batch * values(output)];
  const backward = operation.startsWith('backward');
  // Fused forward also writes the normalised output; backward reads dy, y and the convolution's output, and x.
  const fused = backward ? 3 * y + (first ? 1 : 2) * x + 2 * filter : x + filter + 2 * y;
  const isFused = backward || operation.startsWith('forward-batch-norm');
  // The shortcut is read, or its gradient written.
  const shortcut = operation.endsWith('-add') ? y : 0;
  return {
    ...named(operation, geometry, batch),
    operations: backward && !first ? 2 * one : one,
    bytes: BYTES * (isFused ? fused + shortcut : x + filter + y),
  };
}

function named(operation: KernelOperation, geometry: Geometry, batch: number) {
  const { input, output, size, stride, groups } = geometry;
  const side = `${input[0]}²`;
  const step = stride === 1 ? '' : `/${stride}`;
  const window = `${size}×${size}${step}${groups === 1 ? '' : ` in ${groups} groups`}`;
  const shape = operation.includes('batch-norm') && size === 1 && stride === 1 && input === output;
  const words =
    shape || operation.startsWith('global') ? `${side}×${input[2]}` : `${window} ${side}×${input[2]}→${output[2]}`;
  return { ...geometry, subject: `${operation} ${words}, batch ${batch}`, operation, batch };
}

function windowed(input: Sizes, output: Sizes, size: number, stride: number): Geometry {
  const pad = size === input[0] ? 0 : Math.floor(size / 2);
  return { input, output, size, stride, padding: { top: pad, bottom: pad, left: pad, right: pad }, groups: 1 };
}

function sizes(shape: readonly number[]): Sizes {
  const [height = 1, width = 1, channels = 1] = shape;
  return [height, width, channels];
}

const values = (shape: Sizes): number => shape[0] * shape[1] * shape[2];
