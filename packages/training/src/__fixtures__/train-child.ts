// Trains the tiny network in the folder given, printing each step: to be killed from outside.
import * as tf from '@tensorflow/tfjs-core';
import '@tensorflow/tfjs-backend-cpu';
import { train } from '../train.js';
import { tinyBatches } from './tiny-batches.js';
import { tinyNetwork } from './tiny-network.js';
import { tinyRecipe } from './tiny-recipe.js';

const [runFolder = ''] = process.argv.slice(2);
tf.enableProdMode();
await tf.setBackend('cpu');
await train({
  network: tinyNetwork,
  recipe: tinyRecipe({ length: { steps: 300 }, checkpointEverySteps: 7 }),
  batches: tinyBatches(),
  runFolder,
  resume: 'latest',
  callbacks: { onStep: ({ step }) => void process.stdout.write(`step ${step}\n`) },
});
