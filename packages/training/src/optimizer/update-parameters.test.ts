import { resetImplementationsUsed } from '@resnet-ts/tensor-ops';
import * as tf from '@tensorflow/tfjs-core';
import '@tensorflow/tfjs-backend-cpu';
import { beforeAll, beforeEach, expect, test } from 'vitest';
import { tinyNetwork } from '../__fixtures__/tiny-network.js';
import { tinyRecipe } from '../__fixtures__/tiny-recipe.js';
import { initialTrainingState } from '../step/training-state.js';
import { updateParameters, type UpdateInput } from './update-parameters.js';

/** Calls of the fused kernel, with the rate of each and how many parameters it was given. */
const calls: { readonly learningRate: unknown; readonly count: number }[] = [];

beforeAll(async () => {
  await tf.setBackend('cpu');
  tf.registerKernel({
    kernelName: 'ResidualSgdUpdate',
    backendName: 'cpu',
    // Only counts: new parameters and velocities are the old ones.
    kernelFunc: ({ inputs, attrs = {} }) => {
      const count = Number(attrs['count']);
      calls.push({ learningRate: attrs['learningRate'], count });
      const copies = (name: string) =>
        Array.from({ length: count }, (_, at) => {
          const info = inputs[`${name}${at}`];
          if (info === undefined) throw new Error(`${name}${at} is missing`);
          return tf.engine().runKernel<tf.Tensor>('Identity', { x: info as tf.Tensor });
        });
      return [...copies('parameter'), ...copies('velocity')];
    },
  });
  resetImplementationsUsed();
});

beforeEach(() => {
  calls.length = 0;
});

function input(rateScale?: readonly number[]): UpdateInput {
  return {
    network: tinyNetwork,
    recipe: tinyRecipe(),
    state: initialTrainingState(tinyNetwork, 1),
    learningRate: 0.1,
    weightDecay: tinyNetwork.parameters.map(() => 0),
    ...(rateScale === undefined ? {} : { rateScale }),
  };
}

test('one fused update for all parameters where no rate is scaled', () => {
  for (const scales of [undefined, tinyNetwork.parameters.map(() => 1)]) {
    updateParameters(input(scales), initialTrainingState(tinyNetwork, 2).network.parameters);
  }
  expect(calls).toEqual([
    { learningRate: 0.1, count: 8 },
    { learningRate: 0.1, count: 8 },
  ]);
});

test('one fused update a rate, and results in the order of the network', () => {
  const given = input(tinyNetwork.parameters.map(({ role }) => (role === 'batch-norm-beta' ? 64 : 1)));
  const { parameters, velocities } = updateParameters(given, given.state.network.parameters);
  expect(calls).toEqual([
    { learningRate: 0.1, count: 6 },
    { learningRate: 6.4, count: 2 },
  ]);
  const order = tinyNetwork.parameters.map(({ name }) => name);
  expect(Object.keys(parameters)).toEqual(order);
  expect(Object.keys(velocities)).toEqual(order);
  for (const name of order)
    expect([...(parameters[name]?.dataSync() ?? [])]).toEqual([
      ...(given.state.network.parameters[name]?.dataSync() ?? [NaN]),
    ]);
});
