import { createHash } from 'node:crypto';
import type { Recipe } from './recipe-schema.js';

/** JSON with the keys of every object in order, so that equal values give equal text. */
export function canonicalJson(value: unknown): string {
  return JSON.stringify(value, (_key, inner: unknown) =>
    typeof inner === 'object' && inner !== null && !Array.isArray(inner)
      ? Object.fromEntries(Object.entries(inner).sort(([a], [b]) => (a < b ? -1 : 1)))
      : inner,
  );
}

/**
 * Fields younger than the first checkpoints, by their dotted path, each with the value that says what every run did
 * before. A hash leaves them out at that value, so that such checkpoints go on; at any other value it is another hash,
 * and they are refused. A younger field whose absence says that needs no entry.
 */
const YOUNGER_FIELDS: ReadonlyMap<string, unknown> = new Map<string, unknown>([
  ['convolution', 'fast'],
  ['optimizer.microBatches', 1],
]);

/** Fields that decide memory and time but not one bit of a run: it may be resumed with others. */
const FREE_FIELDS: ReadonlySet<string> = new Set<keyof Recipe>(['checkpointing']);

/** Whether two values of a field, by its dotted path, make the same run; `undefined` is a field that is not there. */
export function isSameRun(field: string, one: unknown, other: unknown): boolean {
  const before = YOUNGER_FIELDS.get(field);
  return FREE_FIELDS.has(field) || canonicalJson(one ?? before) === canonicalJson(other ?? before);
}

/** SHA-256 of a recipe's values, whatever the order of its keys: 64 hexadecimal digits. */
export function recipeHash(recipe: Recipe): string {
  return createHash('sha256')
    .update(canonicalJson(hashed('', recipe)))
    .digest('hex');
}

/** The value without the fields in it that say what every run did before they were there. */
function hashed(path: string, value: unknown): unknown {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return value;
  const fields = Object.entries(value).map(
    ([key, inner]) => [path === '' ? key : `${path}.${key}`, key, inner] as const,
  );
  return Object.fromEntries(
    fields
      .filter(([field, , inner]) => !isSameRun(field, inner, undefined))
      .map(([field, key, inner]) => [key, hashed(field, inner)]),
  );
}
