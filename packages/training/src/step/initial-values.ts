import { ArgumentError, expected } from '@resnet-ts/tensor-ops';
import type { TrainOptions } from '../train-options.js';

/**
 * The values that parameters of a new run begin with in place of random ones: just those that the recipe asks for.
 *
 * @throws ArgumentError where one is missing, not asked for, of another size or not finite
 */
export function checkInitialValues({
  network,
  recipe,
  initialValues = {},
}: Pick<TrainOptions, 'network' | 'recipe' | 'initialValues'>): Readonly<Record<string, Float32Array>> {
  const wanted = recipe.initialization?.filter;
  const stray = Object.keys(initialValues).find((name) => name !== wanted);
  if (stray !== undefined) {
    const remedy = 'the recipe decides which parameters begin with measured values: see its initialization';
    throw new ArgumentError(expected('no values', `initialValues.${stray}`, 'some', remedy));
  }
  if (wanted === undefined) return {};
  const spec = network.parameters.find(({ name }) => name === wanted);
  if (spec?.role !== 'convolution-filter') {
    throw new ArgumentError(expected(`a filter of ${network.name}`, 'initialization.filter', wanted));
  }
  const size = spec.shape.reduce((product, length) => product * length, 1);
  const values = initialValues[wanted];
  if (values?.length !== size || !values.every(Number.isFinite)) {
    const received = values === undefined ? undefined : `${values.length} values`;
    const remedy = 'measure them with patchWhitening of @resnet-ts/data-pipelines';
    throw new ArgumentError(expected(`${size} finite values`, `initialValues["${wanted}"]`, received, remedy));
  }
  return { [wanted]: values };
}
