import { readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import {
  ArgumentError,
  DataError,
  expected,
  isResidualError,
  type ImageClassifier,
  type NamedTensors,
  type NetworkState,
} from '@resnet-ts/tensor-ops';
import { listCheckpoints, stepOfPath, type CheckpointEntry } from './checkpoint-folders.js';
import { decodeTensors, toTensors, type NamedValues, type TensorSpec } from './checkpoint-tensors.js';
import { decodePosition, fileRecord, type FileRecord, type Position } from './position.js';

/** A checkpoint on the current backend. The caller disposes its tensors. */
export interface LoadedCheckpoint {
  readonly path: string;
  readonly position: Position;
  /** The model: the average where the recipe averages, else what was trained. */
  readonly state: NetworkState;
  /** Optimiser state, by parameter name. */
  readonly velocities: NamedTensors;
  /** What training goes on from, where that is not `state`. */
  readonly training?: NetworkState;
}

/** A checkpoint that was refused, and why. */
export interface RefusedCheckpoint extends CheckpointEntry {
  readonly reason: string;
}

/**
 * Where the loop of a checkpoint stood, with every byte of the checkpoint verified.
 *
 * @param path a checkpoint folder, such as `runs/cifar10-quick-001/checkpoints/step-001950`
 * @throws DataError naming the file and the reason for which it is refused
 */
export async function verifyCheckpoint(path: string): Promise<Position> {
  const source = join(path, 'position.json');
  const text = await readFile(source, 'utf8').catch((cause: unknown) => {
    throw new DataError(source, 'expected the position of a checkpoint, found no readable file', { cause });
  });
  const position = decodePosition(text, source);
  const named = stepOfPath(path);
  if (named !== undefined && named !== position.step) {
    throw new DataError(source, expected(`${named}, as the folder is named,`, 'step', position.step));
  }
  for (const [name, record] of Object.entries(position.files)) {
    if (record !== undefined) await readVerified(path, name, record);
  }
  return position;
}

/**
 * Loads a checkpoint for a network: parameters, running statistics, optimiser state and position.
 *
 * @param path a checkpoint folder, or a run folder for its latest good checkpoint
 * @throws DataError when the checkpoint is damaged or belongs to another network, naming field, expected and received
 *
 * @example
 * const { state } = await loadCheckpoint('runs/cifar10-quick-001', createNetwork('resnet20'));
 */
export async function loadCheckpoint(path: string, network: ImageClassifier): Promise<LoadedCheckpoint> {
  const folder = stepOfPath(path) === undefined ? await latestCheckpoint(path) : path;
  if (folder === undefined) {
    throw new ArgumentError(expected('a checkpoint, or a run folder with a good one', 'checkpoint', path));
  }
  const position = await verifyCheckpoint(folder);
  const source = join(folder, 'position.json');
  if (position.network !== network.name)
    throw new DataError(source, expected(network.name, 'network', position.network));
  if (position.classes !== network.classes)
    throw new DataError(source, expected(String(network.classes), 'classes', position.classes));
  const read = async (name: string, record: FileRecord, specs: readonly TensorSpec[]): Promise<NamedValues> =>
    decodeTensors(await readVerified(folder, name, record), specs, join(folder, name));
  const { files } = position;
  const specs = [...network.parameters, ...network.buffers];
  const model = await read('model.safetensors', files['model.safetensors'], specs);
  const optimizer = await read('optimizer.safetensors', files['optimizer.safetensors'], network.parameters);
  const record = files['training.safetensors'];
  const training = record && (await read('training.safetensors', record, specs));
  const stateOf = (values: NamedValues): NetworkState => ({
    parameters: toTensors(values, network.parameters),
    buffers: toTensors(values, network.buffers),
  });
  return {
    ...{ path: folder, position, state: stateOf(model), velocities: toTensors(optimizer, network.parameters) },
    ...(training === undefined ? {} : { training: stateOf(training) }),
  };
}

/**
 * The newest checkpoint of a run that is whole, or undefined where there is none.
 *
 * @param onRefused told of each newer checkpoint that was passed over
 */
export async function latestCheckpoint(
  runFolder: string,
  onRefused: (refused: RefusedCheckpoint) => void = () => undefined,
): Promise<string | undefined> {
  for (const entry of (await listCheckpoints(runFolder)).reverse()) {
    try {
      await verifyCheckpoint(entry.path);
      return entry.path;
    } catch (error) {
      if (!isResidualError(error)) throw error;
      onRefused({ ...entry, reason: error.message });
    }
  }
  return undefined;
}

async function readVerified(folder: string, name: string, record: FileRecord): Promise<Uint8Array> {
  const source = join(folder, name);
  // The size is looked at first, so that a file of any length is refused without being read.
  const size = await stat(source).then(
    (found) => found.size,
    () => undefined,
  );
  if (size === undefined) throw new DataError(source, `expected a file of ${record.bytes} bytes, found none`);
  if (size !== record.bytes)
    throw new DataError(source, `expected ${record.bytes} bytes, received ${size}; the file is cut short or altered`);
  const bytes = await readFile(source);
  const actual = fileRecord(bytes);
  if (actual.sha256 !== record.sha256) {
    throw new DataError(source, expected(record.sha256, 'sha256', actual.sha256, 'the file was altered'));
  }
  return bytes;
}
