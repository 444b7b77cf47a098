import type { ContenderSettings } from '../settings.js';
import { choosePeers } from './choose-contenders.js';
import type { Peer } from './choose-contenders.js';
import type { Candidate } from './field.js';
import { nodeWorker } from './node-worker.js';
import { missingPeer } from './peer-packages.js';
import { missingPyTorch, pytorchName, pytorchWorker } from './pytorch.js';

/** A contender of the training step or of inference. */
export interface StepCandidate extends Candidate {
  readonly batch: number;
  readonly bfloat16: boolean;
}

export const OURS = 'resnet-ts';

/**
 * Images a second are compared, at a batch that a peer can finish: ResNet-20 takes seconds for one image on the cpu
 * backend, and tenths on wasm.
 */
const LARGEST_TFJS_BATCHES = { cpu: 2, wasm: 8, tensorflow: 128 } as const;

export interface CandidateOptions {
  readonly settings: ContenderSettings;
  /** As `--contenders` lists them. */
  readonly contenders: string;
  readonly python: string;
}

/** Ours, then the peers asked for. */
export function stepCandidates({ settings, contenders, python }: CandidateOptions): StepCandidate[] {
  return [
    tfjsCandidate(OURS, 'training-step-worker', { ...settings, backend: 'native' }),
    ...choosePeers(contenders, settings.precision).map((peer) => stepPeer(peer, settings, python)),
  ];
}

function stepPeer(peer: Peer, settings: ContenderSettings, python: string): StepCandidate {
  switch (peer.kind) {
    case 'pytorch':
      return pytorchCandidate('pytorch_step', peer, settings, python);
    case 'tfjs':
      return tfjsPeer('training-step-worker', peer, settings);
    case 'onnxruntime':
    case 'openvino':
      return noTraining(peer.kind, settings);
  }
}

function noTraining(kind: string, { batch }: ContenderSettings): StepCandidate {
  const command = (): never => {
    throw new RangeError(`${kind} does not train`);
  };
  return { name: kind, batch, bfloat16: false, missing: 'it does not train; see bench inference', command };
}

export function pytorchCandidate(
  script: string,
  { variant }: Extract<Peer, { kind: 'pytorch' }>,
  settings: ContenderSettings,
  python: string,
): StepCandidate {
  const { threads, network, batch } = settings;
  const unknown = network.startsWith('vgg') ? 'this side knows residual and plain networks only' : undefined;
  return {
    name: pytorchName(variant),
    batch,
    bfloat16: variant.bfloat16,
    missing: unknown ?? missingPyTorch(python),
    command: () => pytorchWorker({ python, script, variant, threads, settings }),
  };
}

export function tfjsPeer(
  worker: string,
  { backend }: Extract<Peer, { kind: 'tfjs' }>,
  settings: ContenderSettings,
): StepCandidate {
  const name = `tfjs ${backend === 'tensorflow' ? 'node' : backend}`;
  const batch = Math.min(settings.batch, LARGEST_TFJS_BATCHES[backend]);
  const missing = backend === 'tensorflow' ? missingPeer('@tensorflow/tfjs-node') : undefined;
  const candidate = tfjsCandidate(name, worker, { ...settings, batch, precision: 'float32', backend });
  return { ...candidate, missing };
}

/** A worker of this program on one TensorFlow.js backend: ours on `native`. */
export function tfjsCandidate(
  name: string,
  worker: string,
  settings: ContenderSettings & { readonly backend: string },
): StepCandidate {
  const { threads, batch } = settings;
  const bfloat16 = settings.precision === 'bf16-mixed';
  return { name, batch, bfloat16, command: () => nodeWorker({ name, worker, threads, settings }) };
}
