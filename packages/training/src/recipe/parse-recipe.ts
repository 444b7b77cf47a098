import { DataError, describe, nearestName } from '@resnet-ts/tensor-ops';
import type { z } from 'zod';
import { recipeKeysAt } from './recipe-keys.js';
import { recipeSchema, type Recipe } from './recipe-schema.js';

/**
 * Checks a value from outside and returns it as a recipe.
 *
 * @param value usually the result of `JSON.parse`
 * @param source where it came from, for messages: a file name or `command line`
 * @throws DataError naming the place, what was expected, what came, and for a misspelt key the nearest valid one
 *
 * @example
 * const recipe = parseRecipe({ ...namedRecipe('cifar10-quick'), seed: 7 }, 'example');
 */
export function parseRecipe(value: unknown, source: string): Recipe {
  const result = recipeSchema.safeParse(value);
  if (result.success) return result.data;
  throw new DataError(source, result.error.issues.flatMap((issue) => explain(issue, value)).join('; '));
}

/** Reads a recipe from JSON text. Errors as {@link parseRecipe}, and for text that is not JSON. */
export function parseRecipeText(text: string, source: string): Recipe {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (cause) {
    throw new DataError(source, `expected a recipe as JSON, ${cause instanceof Error ? cause.message : 'unreadable'}`, {
      cause,
    });
  }
  return parseRecipe(value, source);
}

function explain(issue: z.core.$ZodIssue, root: unknown): string[] {
  const place = formatPath(issue.path);
  if (issue.code === 'unrecognized_keys') {
    return issue.keys.map(
      (key) => `unknown key "${key}" ${place === '' ? 'in the recipe' : `in ${place}`}; ${remedy(key, issue.path)}`,
    );
  }
  // A union without a discriminator reports each variant's issues: the first variant's unknown keys say the most.
  if (issue.code === 'invalid_union' && issue.errors.length > 0) {
    if (issue.path.at(-1) === 'data') {
      // The variant that `set` names: the one that has nothing to say against it.
      const named = issue.errors.find((errors) => errors.every(({ path }) => path[0] !== 'set')) ?? issue.errors[0];
      return (named ?? []).flatMap((error) => explain({ ...error, path: [...issue.path, ...error.path] }, root));
    }
    const inner = issue.errors.flat().find((error) => error.code === 'unrecognized_keys');
    if (inner !== undefined) return explain({ ...inner, path: [...issue.path, ...inner.path] }, root);
    if (issue.path.at(-1) === 'length')
      return [
        `expected { epochs } or { steps }, a positive integer, for length, received ${describe(valueAt(root, issue.path))}`,
      ];
  }
  const what = issue.message.replace(/^.*?: (?=expected)/, '').replace(/, received .*$/, '');
  return [`${what} for ${place === '' ? 'the recipe' : place}, received ${describe(valueAt(root, issue.path))}`];
}

function remedy(key: string, path: readonly PropertyKey[]): string {
  const valid = recipeKeysAt(path);
  if (valid.includes(key)) return `it belongs to another kind of ${String(path.at(-1) ?? 'recipe')}`;
  const nearest = nearestName(key, valid);
  return nearest === undefined ? `valid keys are ${valid.join(', ')}` : `did you mean "${nearest}"?`;
}

function formatPath(path: readonly PropertyKey[]): string {
  return path.reduce<string>(
    (text, key) => (typeof key === 'number' ? `${text}[${key}]` : text === '' ? String(key) : `${text}.${String(key)}`),
    '',
  );
}

function valueAt(root: unknown, path: readonly PropertyKey[]): unknown {
  let value = root;
  for (const key of path) {
    if (typeof value !== 'object' || value === null) return undefined;
    value = Reflect.get(value, key);
  }
  return value;
}
