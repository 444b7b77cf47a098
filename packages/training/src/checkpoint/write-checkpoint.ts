import { dirname } from 'node:path';
import { isResidualError, type NamedTensors, type NetworkState } from '@resnet-ts/tensor-ops';
import { createFolder } from '../run/atomic-write.js';
import { fileOperations } from '../run/file-operations.js';
import { writeFailure } from '../run/write-failure.js';
import { checkpointPath, setAside } from './checkpoint-folders.js';
import { encodeTensors } from './checkpoint-tensors.js';
import { encodePosition, fileRecord, type Position } from './position.js';
import { verifyCheckpoint } from './read-checkpoint.js';

/** What a checkpoint is made of; the sizes and hashes of its files are added here. */
export interface CheckpointContent {
  readonly position: Omit<Position, 'files' | 'formatVersion'>;
  readonly state: NetworkState;
  readonly velocities: NamedTensors;
  /** The average of `state`, where the recipe asks for one. */
  readonly average?: NetworkState | undefined;
}

/**
 * Writes a checkpoint as a whole: `model.safetensors` (parameters and running statistics, names of torchvision, filters
 * `[kH, kW, Cin, Cout]`), `optimizer.safetensors` (velocities) and `position.json`. With an average, that is the model,
 * and what training goes on from is `training.safetensors`. Its bytes depend on its content alone: no times, no paths.
 *
 * @returns the checkpoint's folder
 * @throws DataError when it cannot be written, with nothing left behind under its name
 */
export async function writeCheckpoint(
  runFolder: string,
  { position, state, velocities, average }: CheckpointContent,
): Promise<string> {
  const path = checkpointPath(runFolder, position.step);
  const metadata = { format: 'resnet-ts', network: position.network };
  const encodeState = ({ parameters, buffers }: NetworkState) => encodeTensors({ ...parameters, ...buffers }, metadata);
  const contents = {
    'model.safetensors': await encodeState(average ?? state),
    'optimizer.safetensors': await encodeTensors(velocities, metadata),
    ...(average === undefined ? {} : { 'training.safetensors': await encodeState(state) }),
  };
  const training = contents['training.safetensors'];
  const text = encodePosition({
    formatVersion: 1,
    ...position,
    files: {
      'model.safetensors': fileRecord(contents['model.safetensors']),
      'optimizer.safetensors': fileRecord(contents['optimizer.safetensors']),
      ...(training === undefined ? {} : { 'training.safetensors': fileRecord(training) }),
    },
  });
  try {
    await fileOperations.makeFolder(dirname(path));
    if (await isAlreadyThere(path, text)) return path;
    await createFolder(path, { ...contents, 'position.json': text });
  } catch (cause) {
    throw writeFailure(path, cause, 'earlier checkpoints are untouched');
  }
  return path;
}

/** A run that went back to an earlier checkpoint comes to the same step again; what is there is the same or damaged. */
async function isAlreadyThere(path: string, text: string): Promise<boolean> {
  try {
    const found = await verifyCheckpoint(path);
    if (encodePosition(found) === text) return true;
  } catch (error) {
    if (!isResidualError(error)) throw error;
  }
  await setAside(path).catch((error: unknown) => {
    if (!(error instanceof Error && 'code' in error && error.code === 'ENOENT')) throw error;
  });
  return false;
}
