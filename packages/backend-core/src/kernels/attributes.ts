// Attributes travel to C++ in two small arrays, written anew for each call: kernels run to the end before the next one
// starts, so one pair serves all.
const integers = new Int32Array(32);
const numbers = new Float64Array(8);

/** The integer attributes of one call; booleans as 0 and 1. */
export function integersOf(...values: (number | boolean)[]): Int32Array {
  for (let i = 0; i < values.length; i++) integers[i] = Number(values[i]);
  return integers;
}

/** The floating-point attributes of one call, and sizes that may pass 2³¹. */
export function numbersOf(...values: number[]): Float64Array {
  for (let i = 0; i < values.length; i++) numbers[i] = values[i] ?? 0;
  return numbers;
}
