import { ArgumentError, expected, nearestName } from '@resnet-ts/tensor-ops';
import type { BackendName, Precision } from '../settings.js';
import type { PyTorchVariant } from './pytorch.js';

/** A peer by what it is; a level of the benchmark knows how to start it there. */
export type Peer =
  | { readonly kind: 'pytorch'; readonly variant: PyTorchVariant }
  | { readonly kind: 'tfjs'; readonly backend: Exclude<BackendName, 'native'> }
  | { readonly kind: 'onnxruntime' }
  | { readonly kind: 'openvino' };

const variants = (bfloat16: boolean, compiled: boolean): string[] =>
  ['channels-last', 'contiguous'].map(
    (format) => `pytorch-${format}${bfloat16 ? '-bfloat16' : ''}${compiled ? '-compiled' : ''}`,
  );

const PYTORCH = [variants(false, false), variants(false, true), variants(true, false), variants(true, true)].flat();
const TFJS = { 'tfjs-cpu': 'cpu', 'tfjs-wasm': 'wasm', 'tfjs-node': 'tensorflow' } as const;

/** Short names for several. `pytorch` is what a run at this precision is compared with. */
const groups = (precision: Precision): Readonly<Record<string, readonly string[]>> => ({
  pytorch: variants(precision === 'bf16-mixed', false),
  'pytorch-bfloat16': variants(true, false),
  'pytorch-compiled': variants(precision === 'bf16-mixed', true),
  'pytorch-all': PYTORCH,
  tfjs: Object.keys(TFJS),
  all: [...PYTORCH, ...Object.keys(TFJS), 'onnxruntime', 'openvino'],
  none: [],
});

export const CONTENDERS_HELP = `
Contenders, separated by commas:
  ${PYTORCH.slice(0, 4).join(', ')},
  ${PYTORCH.slice(4).join(', ')},
  ${Object.keys(TFJS).join(', ')}, onnxruntime, openvino (the last two for inference only);
  pytorch, pytorch-bfloat16, pytorch-compiled, pytorch-all, tfjs, all, none stand for several.
  A peer that is not installed is skipped, with one line that says how to get it.`;

/**
 * The peers that a list names, each once, in its order.
 *
 * @throws ArgumentError for an unknown name, with the nearest
 * @example
 * choosePeers('pytorch,tfjs-cpu', 'float32');
 */
export function choosePeers(list: string, precision: Precision): Peer[] {
  const known = groups(precision);
  const names = list
    .split(',')
    .map((name) => name.trim())
    .filter((name) => name !== '')
    .flatMap((name) => known[name] ?? [name]);
  return [...new Set(names)].map((name) => peerOf(name, [...(known['all'] ?? []), ...Object.keys(known)]));
}

function peerOf(name: string, names: readonly string[]): Peer {
  if (PYTORCH.includes(name)) {
    const has = (word: string): boolean => name.includes(word);
    const variant = { channelsLast: has('channels-last'), bfloat16: has('bfloat16'), compiled: has('compiled') };
    return { kind: 'pytorch', variant };
  }
  if (name === 'tfjs-cpu' || name === 'tfjs-wasm' || name === 'tfjs-node') return { kind: 'tfjs', backend: TFJS[name] };
  if (name === 'onnxruntime' || name === 'openvino') return { kind: name };
  const near = nearestName(name, names);
  const remedy = near === undefined ? `known are ${names.join(', ')}` : `did you mean ${near}?`;
  throw new ArgumentError(expected('the name of a contender', '--contenders', name, remedy));
}
