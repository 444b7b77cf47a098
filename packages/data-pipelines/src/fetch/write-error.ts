import { DataError, expected } from '@resnet-ts/tensor-ops';

const REMEDIES: Readonly<Record<string, readonly [wanted: string, remedy: string]>> = {
  ENOSPC: ['room on the disk', 'free some space and run again; a download resumes where it stopped'],
  EDQUOT: ['room within the disk quota', 'free some space and run again; a download resumes where it stopped'],
  EACCES: ['a folder that may be written', 'change its permissions or choose another data directory'],
  EPERM: ['a folder that may be written', 'change its permissions or choose another data directory'],
  ENOTDIR: ['a folder', 'choose another data directory'],
  EEXIST: ['a folder', 'choose another data directory'],
  EROFS: ['a folder that may be written', 'choose a data directory on a disk that is not read-only'],
};

/** Puts a failed write into words; an error that is none comes back as it is. */
export function writeError(path: string, cause: unknown): unknown {
  const code = systemCode(cause);
  const known = code === undefined ? undefined : REMEDIES[code];
  if (known === undefined) return cause;
  return new DataError(path, expected(known[0], 'writing', code, known[1]), { cause });
}

/** True when writing failed for a reason that every other mirror would meet as well. */
export function isWriteFailure(error: unknown): boolean {
  for (let cause = error; cause instanceof Error; cause = cause.cause) {
    const code = systemCode(cause);
    if (code !== undefined && code in REMEDIES) return true;
  }
  return false;
}

function systemCode(error: unknown): string | undefined {
  return error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : undefined;
}
