import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import type { ContenderSettings } from '../settings.js';
import { choosePeers } from './choose-contenders.js';
import type { Peer } from './choose-contenders.js';
import { nodeWorker } from './node-worker.js';
import { missingPeer } from './peer-packages.js';
import { OURS, pytorchCandidate, tfjsCandidate, tfjsPeer } from './step-candidates.js';
import type { CandidateOptions, StepCandidate } from './step-candidates.js';

/** A contender of inference. */
export interface InferenceCandidate extends StepCandidate {
  /** Runs an ONNX file, which ours writes. */
  readonly readsOnnx: boolean;
}

const OPENVINO_VERSION = '2026.4.1';

/** Ours, then the peers asked for. */
export function inferenceCandidates({ settings, contenders, python }: CandidateOptions): InferenceCandidate[] {
  const ours = tfjsCandidate(OURS, 'inference-worker', { ...settings, backend: 'native' });
  const peers = choosePeers(contenders, settings.precision).map((peer) => inferencePeer(peer, settings, python));
  return [{ ...ours, readsOnnx: false }, ...peers];
}

/** It may lie in an environment of its own. */
const OPENVINO_PYTHON = process.env['RESNET_OPENVINO_PYTHON'];

function inferencePeer(peer: Peer, settings: ContenderSettings, python: string): InferenceCandidate {
  const { threads, batch, network } = settings;
  const onnx = { batch, bfloat16: false, readsOnnx: true };
  const noVgg = network.startsWith('vgg') ? 'only residual and plain networks are written as ONNX here' : undefined;
  switch (peer.kind) {
    case 'pytorch':
      return { ...pytorchCandidate('pytorch_inference', peer, settings, python), readsOnnx: false };
    case 'tfjs':
      return { ...tfjsPeer('inference-worker', peer, settings), readsOnnx: false };
    case 'onnxruntime': {
      const name = 'onnxruntime-node';
      const worker = { name, worker: 'onnxruntime-worker', threads, settings };
      return { ...onnx, name, missing: noVgg ?? missingPeer(name), command: () => nodeWorker(worker) };
    }
    case 'openvino': {
      const name = 'OpenVINO';
      const itsPython = OPENVINO_PYTHON ?? python;
      const file = fileURLToPath(new URL('../../python/openvino_inference.py', import.meta.url));
      const command = () => ({ name, file: itsPython, arguments: [file, JSON.stringify(settings)], environment: {} });
      return { ...onnx, name, missing: noVgg ?? missingOpenVino(itsPython), command };
    }
  }
}

/**
 * OpenVINO's package for Node has no library in it: its install script fetches one from a server of its own. Python's
 * package holds the same library.
 */
function missingOpenVino(python: string): string | undefined {
  const found = spawnSync(python, ['-c', 'import numpy, openvino'], { encoding: 'utf8' });
  if (found.error === undefined && found.status === 0) return undefined;
  return `${python} has no OpenVINO; get it with: ${python} -m pip install openvino==${OPENVINO_VERSION}`;
}
