import { ArgumentError, expected } from '@resnet-ts/tensor-ops';

/** JSON where it is JSON (numbers, booleans, lists, objects), otherwise the text itself, so names need no quotes. */
function parseValue(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}

const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** The fields of one kind do not go with another: a new kind begins anew. */
function beginsAnew(target: Record<string, unknown>, path: readonly string[], value: unknown): boolean {
  return path.length === 1 && path[0] === 'kind' && target['kind'] !== value;
}

/**
 * A copy of `target` with the value at `path` replaced, or taken away for null; objects on the way are copied, missing
 * ones are made.
 */
function replaceAt(target: unknown, path: readonly string[], value: unknown): unknown {
  const [key, ...rest] = path;
  if (key === undefined) return value;
  const copy: Record<string, unknown> = isObject(target) && !beginsAnew(target, path, value) ? { ...target } : {};
  if (rest.length === 0 && value === null)
    return Object.fromEntries(Object.entries(copy).filter(([name]) => name !== key));
  // defineProperty rather than assignment: a key such as __proto__ stays an ordinary key, which the schema refuses.
  const next = replaceAt(Object.hasOwn(copy, key) ? copy[key] : undefined, rest, value);
  return Object.defineProperty(copy, key, { value: next, enumerable: true, writable: true, configurable: true });
}

/**
 * Applies `--set key=value` assignments to a recipe, in order. Keys are dotted paths such as `optimizer.momentum`.
 * The result still has to pass the recipe schema, which is what names a misspelt key and the nearest valid one.
 *
 * A run's length is in epochs or in steps, never both: setting one drops the other. Likewise another `kind`, such as
 * `schedule.kind=cosine`, drops the fields beside it, and the assignments after it give the new ones. `null` takes a
 * field away: `averaging=null`.
 *
 * @throws ArgumentError for an assignment without `=` or without a key
 *
 * @example
 * applyOverrides({ seed: 1, data: { set: 'cifar10' } }, ['seed=7', 'data.set=cifar100']);
 * // { seed: 7, data: { set: 'cifar100' } }
 */
export function applyOverrides(recipe: unknown, assignments: readonly string[]): unknown {
  return assignments.reduce((current, assignment) => {
    const separator = assignment.indexOf('=');
    const path = assignment.slice(0, Math.max(0, separator)).split('.');
    if (separator < 1 || path.includes('')) {
      const remedy = 'write for example --set optimizer.weightDecay=1e-4';
      throw new ArgumentError(expected('key=value', '--set', assignment, remedy));
    }
    const value = parseValue(assignment.slice(separator + 1));
    const isLength = path.length === 2 && path[0] === 'length';
    return isLength ? replaceAt(current, ['length'], { [String(path[1])]: value }) : replaceAt(current, path, value);
  }, recipe);
}
