/** Inference of this repository on one backend, driven by lines on stdin: the peer of python/pytorch_inference.py. */
import type { BackendName, ContenderSettings } from '../settings.js';
import { createInference } from './create-inference.js';
import { count, serve } from './serve.js';
import { peak, useArithmetic } from './use-backend.js';

const settings = JSON.parse(process.argv[2] ?? '{}') as ContenderSettings & { readonly backend: BackendName };
const introduction = await useArithmetic(settings);
const inference = createInference(settings);
await serve(introduction, {
  export: (request) => {
    inference.exportStart(String(request['file']), count(request, 'examples'));
    return {};
  },
  'export-onnx': (request) => {
    inference.exportOnnx(String(request['file']), count(request, 'batch'));
    return {};
  },
  verify: (request) => ({ logits: inference.verify(String(request['file'])) }),
  run: (request) => inference.run(count(request, 'steps')),
  peak: () => peak(),
});
