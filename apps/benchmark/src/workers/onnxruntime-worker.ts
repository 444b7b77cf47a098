/** Inference of onnxruntime-node, driven by lines on stdin. `verify` also names the ONNX file that is run from then on. */
import { readFileSync } from 'node:fs';
import { decodeSafetensors } from '@resnet-ts/tensor-ops';
import { importPeer } from '../contenders/peer-packages.js';
import type { ContenderSettings } from '../settings.js';
import { count, serve } from './serve.js';

/** What is used of the library. */
interface OnnxRuntime {
  readonly env: { readonly versions: { readonly common: string } };
  readonly Tensor: new (type: 'float32', data: Float32Array, shape: readonly number[]) => object;
  readonly InferenceSession: {
    create(path: string, options: object): Promise<Session>;
  };
}
interface Session {
  run(feeds: Readonly<Record<string, object>>): Promise<{ readonly logits?: { readonly data: Float32Array } }>;
}

const settings = JSON.parse(process.argv[2] ?? '{}') as ContenderSettings;
const library = await importPeer('onnxruntime-node');
const { env, Tensor, InferenceSession } = (library['default'] ?? library) as OnnxRuntime;
let session: Session | undefined;
let feeds: Readonly<Record<string, object>> = {};

async function logits(): Promise<Float32Array> {
  const output = (await session?.run(feeds))?.logits;
  if (output === undefined) throw new RangeError('expected verify before run, and logits from the network');
  return output.data;
}

await serve(`onnxruntime-node ${env.versions.common}, ${settings.threads} threads`, {
  verify: async (request) => {
    session = await InferenceSession.create(String(request['onnx']), {
      intraOpNumThreads: settings.threads,
      interOpNumThreads: 1,
      executionMode: 'sequential',
      graphOptimizationLevel: 'all',
    });
    const file = String(request['file']);
    const { images } = decodeSafetensors(readFileSync(file), file).tensors;
    if (images === undefined) throw new RangeError('expected images in the exported state');
    feeds = {
      images: new Tensor('float32', channelsFirst(images.data as Float32Array, images.shape), moved(images.shape)),
    };
    return { logits: [...(await logits())] };
  },
  run: async (request) => {
    const steps = count(request, 'steps');
    const start = performance.now();
    for (let step = 0; step < steps; step += 1) await logits();
    return { seconds: (performance.now() - start) / 1000 };
  },
});

function moved([examples = 1, height = 1, width = 1, channels = 1]: readonly number[]): number[] {
  return [examples, channels, height, width];
}

/** `[N, H, W, C]` to `[N, C, H, W]`, the layout of ONNX. */
function channelsFirst(
  values: Float32Array,
  [examples = 1, height = 1, width = 1, channels = 1]: readonly number[],
): Float32Array {
  const pixels = height * width;
  const result = new Float32Array(values.length);
  for (let example = 0; example < examples; example += 1) {
    for (let pixel = 0; pixel < pixels; pixel += 1) {
      for (let channel = 0; channel < channels; channel += 1) {
        result[(example * channels + channel) * pixels + pixel] =
          values[(example * pixels + pixel) * channels + channel] ?? 0;
      }
    }
  }
  return result;
}
