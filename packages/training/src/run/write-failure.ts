import { DataError, isResidualError } from '@resnet-ts/tensor-ops';

/** A failure to write, as an error that names the file and the system's reason: `ENOSPC: no space left on device`. */
export function writeFailure(path: string, cause: unknown, consequence = 'nothing was changed'): Error {
  if (isResidualError(cause)) return cause;
  const reason = cause instanceof Error ? cause.message : String(cause);
  return new DataError(path, `could not be written (${reason}); ${consequence}`, { cause });
}
