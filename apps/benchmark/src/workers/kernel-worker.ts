/** One kernel of the native backend at a time, driven by lines on stdin: the peer of python/pytorch_kernels.py. */
import { writeFileSync } from 'node:fs';
import { encodeSafetensors } from '@resnet-ts/tensor-ops';
import type { SafetensorsEntry } from '@resnet-ts/tensor-ops';
import type { KernelCase } from '../kernels/kernel-case.js';
import { createKernel } from './create-kernel.js';
import type { PreparedKernel } from './create-kernel.js';
import { count, serve } from './serve.js';
import { peak, useBackend } from './use-backend.js';

let prepared: PreparedKernel | undefined;

await serve(await useBackend('native'), {
  prepare: (request) => {
    prepared?.dispose();
    prepared = createKernel(request['case'] as KernelCase);
    return {};
  },
  // Writes the inputs of a case, for another contender to compute the same, and answers with what comes out.
  export: (request) => {
    const kernel = createKernel(request['case'] as KernelCase);
    const entries = Object.entries(kernel.given()).map(([name, tensor]): [string, SafetensorsEntry] => {
      return [name, { dtype: 'F32', shape: tensor.shape, data: tensor.dataSync<'float32'>() }];
    });
    writeFileSync(String(request['file']), encodeSafetensors(Object.fromEntries(entries)));
    const norms = kernel.norms();
    kernel.dispose();
    return { norms };
  },
  run: (request) => {
    if (prepared === undefined) throw new RangeError('expected a kernel to be prepared before it is run');
    const steps = count(request, 'steps');
    const start = performance.now();
    for (let step = 0; step < steps; step += 1) prepared.run();
    return { seconds: (performance.now() - start) / 1000 };
  },
  peak: () => peak(),
});
