import { isResidualError } from '@resnet-ts/tensor-ops';
import { exitCodes, type ExitCode } from './exit-codes.js';

const byErrorCode: Readonly<Record<string, ExitCode>> = {
  ERR_ARGUMENT: exitCodes.usage,
  ERR_DATA: exitCodes.data,
  ERR_CHECKPOINT: exitCodes.checkpoint,
  ERR_NON_FINITE: exitCodes.diverged,
  ERR_RUN_LOCKED: exitCodes.checkpoint,
  ERR_UNSUPPORTED: exitCodes.backend,
};

/**
 * Prints an error on stderr and returns the exit status it stands for. Errors this project throws on purpose carry
 * all there is to say in their message; anything else is a defect, and its stack goes with it.
 */
export function reportError(error: unknown): ExitCode {
  if (isResidualError(error)) {
    process.stderr.write(`resnet: ${error.message}\n`);
    return byErrorCode[error.code] ?? exitCodes.failure;
  }
  const text = error instanceof Error ? (error.stack ?? error.message) : String(error);
  process.stderr.write(`resnet: unexpected error, please report it\n${text}\n`);
  return exitCodes.failure;
}
