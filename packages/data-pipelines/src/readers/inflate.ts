import { DataError, expected } from '@resnet-ts/tensor-ops';
import { gunzipSync } from 'node:zlib';

/** True when the bytes begin as a gzip file does (RFC 1952). */
export function isGzip(bytes: Uint8Array): boolean {
  return bytes[0] === 0x1f && bytes[1] === 0x8b;
}

/**
 * Inflates a gzip file and stops as soon as it grows past `maximumBytes`, so that a small hostile file cannot take all
 * memory.
 *
 * @throws DataError when it is cut short, damaged or too large.
 */
export function inflate(
  bytes: Uint8Array,
  { source, maximumBytes }: { readonly source: string; readonly maximumBytes: number },
): Uint8Array {
  try {
    return gunzipSync(bytes, { maxOutputLength: Math.max(1, maximumBytes) });
  } catch (cause) {
    if (errorCode(cause) === 'ERR_BUFFER_TOO_LARGE') {
      const message = expected(`at most ${maximumBytes} bytes`, 'the inflated file', 'more than that');
      throw new DataError(source, message, { cause });
    }
    const reason = cause instanceof Error ? cause.message : String(cause);
    const remedy = 'it is cut short or damaged; fetch it again';
    throw new DataError(source, expected('a whole gzip file', 'the file', reason, remedy), { cause });
  }
}

function errorCode(error: unknown): unknown {
  return error instanceof Error && 'code' in error ? error.code : undefined;
}
