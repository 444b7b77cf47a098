import type { ContenderProcess } from '../contenders/contender-process.js';
import { BenchmarkError, exitCodes } from '../exit-codes.js';

/** Of the distance of all logits, relative to their length. */
export const LOGITS_TOLERANCES = { float32: 1e-3, bfloat16: 0.1 } as const;

/** Has a contender compute the logits of the images and state of a file. */
export async function logitsOf(
  contender: ContenderProcess,
  request: Readonly<Record<string, unknown>>,
): Promise<number[]> {
  const { logits } = await contender.ask({ do: 'verify', ...request });
  if (!Array.isArray(logits)) throw new Error(`expected logits from ${contender.name}, received ${typeof logits}`);
  // NaN is null in JSON.
  return logits.map((value) => (typeof value === 'number' ? value : Number.NaN));
}

/** @throws BenchmarkError (exit status 5) when a peer's logits are not ours, up to rounding */
export function requireSameLogits(
  ours: readonly number[],
  peer: readonly number[],
  name: string,
  tolerance: number,
): void {
  let [difference, length] = [0, 0];
  ours.forEach((value, index) => {
    difference += (value - (peer[index] ?? Number.NaN)) ** 2;
    length += value ** 2;
  });
  const distance = Math.sqrt(difference / length);
  // Written so that NaN is refused.
  if (ours.length === peer.length && distance <= tolerance) return;
  const counts = ours.length === peer.length ? '' : `, ${peer.length} numbers instead of ${ours.length}`;
  const message = `the logits of ${name} are ${(100 * distance).toFixed(3)} % from ours${counts}, more than ${100 * tolerance} %`;
  throw new BenchmarkError(exitCodes.notTheSame, `${message}: nothing was timed`);
}
