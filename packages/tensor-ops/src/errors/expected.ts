/** A value as it should appear in a message: short, unambiguous, never the whole array. */
export function describe(value: unknown): string {
  if (typeof value === 'string') return JSON.stringify(value.length > 80 ? `${value.slice(0, 77)}...` : value);
  if (Array.isArray(value)) {
    if (value.length > 8) return `an array of ${value.length}`;
    // One level only: values read from a file may be nested deeper than the stack.
    const elements = value.map((element: unknown) =>
      Array.isArray(element) ? `an array of ${element.length}` : describe(element),
    );
    return `[${elements.join(', ')}]`;
  }
  if (ArrayBuffer.isView(value)) return `${value.constructor.name} of ${value.byteLength} bytes`;
  if (typeof value === 'object' && value !== null) return value.constructor?.name ?? 'object';
  return String(value);
}

/**
 * The one maker of messages: `expected X for P, received V; what to do`.
 *
 * @example
 * expected('an integer >= 1', 'batchSize', 0, 'pass a positive batch size');
 * // 'expected an integer >= 1 for batchSize, received 0; pass a positive batch size'
 */
export function expected(what: string, parameter: string, received: unknown, remedy?: string): string {
  const message = `expected ${what} for ${parameter}, received ${describe(received)}`;
  return remedy === undefined ? message : `${message}; ${remedy}`;
}
