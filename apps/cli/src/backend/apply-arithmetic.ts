import { ArgumentError, expected } from '@resnet-ts/tensor-ops';
import type { Recipe } from '@resnet-ts/training';
import type { BackendName } from './probe-backend.js';

/** What a run folder records of the arithmetic: what really runs, which may be less than the recipe asks for. */
export interface Arithmetic {
  readonly precision: Recipe['precision'];
  /** Of the native and wasm backends; cpu has one way. */
  readonly convolution?: Recipe['convolution'];
}

type Note = (line: string) => void;

/**
 * Sets the backend to the arithmetic of a recipe, before training, and says in one line each what it cannot give.
 *
 * @throws ArgumentError where RESNET_CONVOLUTION contradicts the recipe, which alone decides a run's outcome
 */
export async function applyArithmetic(backend: BackendName, recipe: Recipe, note: Note): Promise<Arithmetic> {
  const asked = process.env['RESNET_CONVOLUTION'] ?? '';
  if (backend === 'native' && asked !== '' && asked !== recipe.convolution) {
    const remedy = `the recipe says so: unset it, or start a run with --set convolution=${asked}`;
    throw new ArgumentError(expected(`"${recipe.convolution}"`, 'RESNET_CONVOLUTION', asked, remedy));
  }
  const precision = await choosePrecision(backend, recipe, note);
  await applyConvolution(backend, recipe, note);
  return { precision, ...(backend === 'cpu' ? {} : { convolution: recipe.convolution }) };
}

/** Sets the backend to the convolution of a recipe unless RESNET_CONVOLUTION chose one: for evaluation and prediction. */
export async function applyConvolution(backend: BackendName, { convolution }: Recipe, note: Note): Promise<void> {
  if (backend === 'native') {
    if ((process.env['RESNET_CONVOLUTION'] ?? '') !== '') return;
    const { setConvolutionAlgorithm } = await import('@resnet-ts/backend-native');
    setConvolutionAlgorithm(convolution);
  } else if (backend === 'wasm') {
    const { setConvolutionAlgorithm } = await import('@resnet-ts/backend-wasm');
    setConvolutionAlgorithm(convolution);
  } else if (convolution === 'direct') {
    note(`convolution direct: has no meaning on backend ${backend}, which has one way to convolve`);
  }
}

async function choosePrecision(
  backend: BackendName,
  { precision: requested }: Recipe,
  note: Note,
): Promise<Recipe['precision']> {
  if (requested === 'float32') return 'float32';
  const { precision, reason } =
    backend === 'native'
      ? (await import('@resnet-ts/backend-native')).runPrecision(requested)
      : { precision: 'float32' as const, reason: `backend ${backend} computes in float32 alone` };
  if (reason !== undefined) note(`precision ${requested}: ${reason}; training in ${precision}`);
  return precision;
}
