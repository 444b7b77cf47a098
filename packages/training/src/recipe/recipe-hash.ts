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
 * Fields younger than the first checkpoints, each with the value that says what every run did before. A hash leaves them
 * out at that value, so that such checkpoints go on; at any other value it is another hash, and they are refused.
 */
const YOUNGER_FIELDS: Partial<Recipe> = { convolution: 'fast' };

/** Fields that decide memory and time but not one bit of a run: it may be resumed with others. */
export const FREE_FIELDS: ReadonlySet<string> = new Set<keyof Recipe>(['checkpointing']);

/** SHA-256 of a recipe's values, whatever the order of its keys: 64 hexadecimal digits. */
export function recipeHash(recipe: Recipe): string {
  const younger = new Map<string, unknown>(Object.entries(YOUNGER_FIELDS));
  const values = Object.entries(recipe).filter(
    ([field, value]) => !FREE_FIELDS.has(field) && (!younger.has(field) || younger.get(field) !== value),
  );
  return createHash('sha256')
    .update(canonicalJson(Object.fromEntries(values)))
    .digest('hex');
}
