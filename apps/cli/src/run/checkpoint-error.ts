import { ResidualError, isResidualError } from '@resnet-ts/tensor-ops';

/** A run folder or a checkpoint is missing, damaged or of another network: nothing was computed from it. */
export class CheckpointError extends ResidualError {
  constructor(message: string, options?: { readonly cause?: unknown }) {
    super('ERR_CHECKPOINT', message, options);
  }
}

/**
 * Runs `read` and turns what the training package reports about damaged or missing files into a
 * {@link CheckpointError}, which has an exit status of its own. Everything else passes as it is.
 *
 * @param options.except errors that pass too: those of the data that a training reads
 */
export async function readingCheckpoint<Result>(
  read: () => Promise<Result>,
  { except }: { readonly except?: (error: unknown) => boolean } = {},
): Promise<Result> {
  try {
    return await read();
  } catch (error) {
    if (except?.(error) === true) throw error;
    if (isResidualError(error) && (error.code === 'ERR_DATA' || error.code === 'ERR_ARGUMENT')) {
      throw new CheckpointError(error.message, { cause: error });
    }
    throw error;
  }
}
