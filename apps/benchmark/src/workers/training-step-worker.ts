/** The training step of this repository on one backend, driven by lines on stdin: the peer of python/pytorch_step.py. */
import type { BackendName, ContenderSettings } from '../settings.js';
import { createSteps } from './create-steps.js';
import { count, serve } from './serve.js';
import { peak, useArithmetic } from './use-backend.js';

const settings = JSON.parse(process.argv[2] ?? '{}') as ContenderSettings & { readonly backend: BackendName };
const introduction = await useArithmetic(settings);
const steps = await createSteps(settings);
await serve(introduction, {
  export: (request) => {
    steps.exportStart(String(request['file']), count(request, 'examples'));
    return {};
  },
  verify: (request) => steps.verify(String(request['file']), Number(request['learningRate'])),
  run: (request) => steps.run(count(request, 'steps')),
  peak: () => peak(),
});
