import { expected } from '../errors/expected.js';
import { ArgumentError } from '../errors/residual-error.js';

/** Checks an integer of at least `minimum`. @throws ArgumentError */
export function assertInteger(value: number, parameter: string, minimum: number): void {
  if (!Number.isSafeInteger(value) || value < minimum) {
    throw new ArgumentError(expected(`an integer >= ${minimum}`, parameter, value));
  }
}

/** Checks a finite number in `[minimum, maximum]`. @throws ArgumentError */
export function assertNumber(value: number, parameter: string, minimum: number, maximum = Infinity): void {
  if (typeof value !== 'number' || !Number.isFinite(value) || value < minimum || value > maximum) {
    const range = maximum === Infinity ? `a finite number >= ${minimum}` : `a number from ${minimum} to ${maximum}`;
    throw new ArgumentError(expected(range, parameter, value));
  }
}

/** Checks for true or false; a word such as "no" would count as true. @throws ArgumentError */
export function assertBoolean(value: boolean, parameter: string): void {
  if (typeof value !== 'boolean') throw new ArgumentError(expected('true or false', parameter, value));
}
