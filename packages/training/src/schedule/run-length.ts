import { ArgumentError, expected } from '@resnet-ts/tensor-ops';
import type { Recipe } from '../recipe/recipe-schema.js';

/** Steps of the whole run: the recipe's own, or its epochs times the batches of one epoch. */
export function totalSteps(length: Recipe['length'], batchesPerEpoch: number): number {
  if (!Number.isInteger(batchesPerEpoch) || batchesPerEpoch < 1) {
    throw new ArgumentError(
      expected(
        'an integer >= 1',
        'batchesPerEpoch',
        batchesPerEpoch,
        'use a batch size no larger than the training set',
      ),
    );
  }
  return 'steps' in length ? length.steps : length.epochs * batchesPerEpoch;
}
