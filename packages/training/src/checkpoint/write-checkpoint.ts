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
}

/**
 * Writes a checkpoint as a whole: `model.safetensors` (parameters and running statistics, names of torchvision, filters
 * `[kH, kW, Cin, Cout]`), `optimizer.safetensors` (velocities) and `position.json`. Its bytes depend on its content
 * alone: no times, no paths.
 *
 * @returns the checkpoint's folder
 * @throws DataError when it cannot be written, with nothing left behind under its name
 */
export async function writeCheckpoint(
  runFolder: string,
  { position, state, velocities }: CheckpointContent,
): Promise<string> {
  const path = checkpointPath(runFolder, position.step);
  const metadata = { format: 'resnet-ts', network: position.network };
  const model = await encodeTensors({ ...state.parameters, ...state.buffers }, metadata);
  const optimizer = await encodeTensors(velocities, metadata);
  const text = encodePosition({
    formatVersion: 1,
    ...position,
    files: { 'model.safetensors': fileRecord(model), 'optimizer.safetensors': fileRecord(optimizer) },
  });
  try {
    await fileOperations.makeFolder(dirname(path));
    if (await isAlreadyThere(path, text)) return path;
    await createFolder(path, { 'model.safetensors': model, 'optimizer.safetensors': optimizer, 'position.json': text });
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
