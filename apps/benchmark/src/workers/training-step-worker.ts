/** The training step of this repository, driven by lines on stdin: the peer of python/pytorch_step.py. */
import { writeFileSync } from 'node:fs';
import { createInterface } from 'node:readline';
import { nativeStatus } from '@resnet-ts/backend-native';
import * as tf from '@tensorflow/tfjs-core';
import type { StepSettings } from '../step-settings.js';
import { createSteps } from './create-steps.js';

const settings = JSON.parse(process.argv[2] ?? '{}') as StepSettings;

function answer(value: object): void {
  // Kilobytes, on every platform.
  const peakBytes = process.resourceUsage().maxRSS * 1024;
  process.stdout.write(`${JSON.stringify({ ...value, peakBytes })}\n`);
}

tf.enableProdMode();
const status = nativeStatus();
if (!status.loaded) throw new Error(`the native backend is not usable: ${status.failure.reason}`);
await tf.setBackend('native');
const steps = await createSteps(settings);
answer({ ready: `native backend, ${status.instructionSet}, ${status.threads} threads` });

for await (const line of createInterface({ input: process.stdin })) {
  const request = JSON.parse(line) as { do: string; file: string; steps: number };
  if (request.do === 'export') {
    writeFileSync(request.file, await steps.exportStart());
    answer({});
  } else if (request.do === 'verify') answer({ losses: steps.verify() });
  else if (request.do === 'run') answer(await steps.run(request.steps));
}
