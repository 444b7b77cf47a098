import { readFile } from 'node:fs/promises';
import { DataError, expected } from '@resnet-ts/tensor-ops';
import { RESULT_VERSION, resultSchema } from './result-schema.js';
import type { BenchmarkResult } from './result-schema.js';

/** Far above any result, far below what would fill memory. */
const LARGEST_BYTES = 64 * 2 ** 20;

/** @throws DataError for a file that is missing, is not a result, or is one of another version */
export async function readResult(path: string): Promise<BenchmarkResult> {
  let value: unknown;
  try {
    const text = await readFile(path, 'utf8');
    if (text.length > LARGEST_BYTES) throw new RangeError(`it has ${text.length} bytes`);
    value = JSON.parse(text);
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw new DataError(path, expected('a readable JSON file', 'the result', reason), { cause });
  }
  const parsed = resultSchema.safeParse(value);
  if (parsed.success) return parsed.data;
  const [issue] = parsed.error.issues;
  const field = issue?.path.join('.') ?? '';
  const what = `a result of version ${RESULT_VERSION} of bench`;
  throw new DataError(path, expected(what, field === '' ? 'the file' : field, issue?.message ?? 'something else'));
}
