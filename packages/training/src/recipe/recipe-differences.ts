import { isSameRun } from './recipe-hash.js';
import type { Recipe } from './recipe-schema.js';

/** One field in which two recipes differ, as a dotted path; `undefined` where one has no such field. */
export interface RecipeDifference {
  readonly field: string;
  readonly expected: unknown;
  readonly received: unknown;
}

/**
 * Every leaf in which `received` differs from `expected`, in the order of the recipe's keys; `checkpointing`, which
 * changes no result, is not compared.
 */
export function recipeDifferences(expected: Recipe, received: Recipe): RecipeDifference[] {
  return compare('', expected, received);
}

function compare(field: string, expected: unknown, received: unknown): RecipeDifference[] {
  if (!isRecord(expected) || !isRecord(received)) {
    return isSameRun(field, expected, received) ? [] : [{ field, expected, received }];
  }
  const keys = [...new Set([...Object.keys(expected), ...Object.keys(received)])];
  return keys.flatMap((key) => compare(field === '' ? key : `${field}.${key}`, expected[key], received[key]));
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
