import type { ContenderProcess } from '../contenders/contender-process.js';
import { BenchmarkError, exitCodes } from '../exit-codes.js';

/** What a contender makes of one training step from given weights on given images. */
export interface VerifiedStep {
  readonly name: string;
  /** At the given weights. */
  readonly loss: number;
  /** Length of the update of each parameter, by name. */
  readonly updates: Readonly<Record<string, number>>;
}

/** How far two contenders may be apart, relative. */
export interface VerifyTolerance {
  readonly loss: number;
  readonly update: number;
}

/**
 * Measured against PyTorch at initial weights, ResNet-20, -110, -18, -50 and plain-34. Float32: sums in another order
 * moved the loss by at most 3e-6 and the updates by 0.3 %, most of it pre-activations that rounding moved across a ReLU.
 * bfloat16 rounds every activation to 2⁻⁹: 2e-3 and 6 %.
 */
export const TOLERANCES = {
  float32: { loss: 1e-4, update: 0.03 },
  bfloat16: { loss: 0.02, update: 0.2 },
} as const satisfies Record<string, VerifyTolerance>;

/** Of the verified step. Large, so that the update of a weight is far above its last bit. */
const LEARNING_RATE = 0.1;

/** Has a contender take one step from the weights and images of a file. */
export async function verifiedStep(contender: ContenderProcess, file: string): Promise<VerifiedStep> {
  const { loss, updates } = await contender.ask({ do: 'verify', file, learningRate: LEARNING_RATE });
  if (typeof updates !== 'object' || updates === null || Object.keys(updates).length === 0) {
    throw new Error(`expected the updates of parameters from ${contender.name}, received ${JSON.stringify(updates)}`);
  }
  // NaN is null in JSON.
  return { name: contender.name, loss: Number(loss ?? Number.NaN), updates: updates as Record<string, number> };
}

/**
 * Compares a step with ours: the loss says that both compute the same network, the updates that they compute the same
 * gradient and apply it in the same way. Of each parameter only the length of its update is compared; all lengths
 * together are a vector, and the distance of the two vectors is what must be small.
 *
 * A second loss is no use here: after an update at the rate of 0.1 that of a deep network depends on the last bit of the
 * first (ResNet-110 and ResNet-50 were refused for it although their gradients agreed), and bfloat16 rounds a small
 * update away.
 *
 * @throws BenchmarkError (exit status 5) when they differ
 */
export function requireSameStep(ours: VerifiedStep, peer: VerifiedStep, tolerance: VerifyTolerance): void {
  const refuse = (message: string): never => {
    throw new BenchmarkError(exitCodes.notTheSame, `${message}: nothing was timed`);
  };
  const apart = Math.abs(ours.loss - peer.loss) / Math.abs(ours.loss);
  // Written so that NaN is refused.
  if (!(apart <= tolerance.loss)) {
    refuse(`the loss is ${ours.loss} in ${ours.name} and ${peer.loss} in ${peer.name}, ${more(tolerance.loss)}`);
  }
  const distance = distanceOf(ours.updates, peer.updates);
  if (!(distance <= tolerance.update)) {
    const percent = `${(100 * distance).toFixed(1)} %`;
    refuse(`the updates of ${peer.name} are ${percent} from those of ${ours.name}, ${more(tolerance.update)}`);
  }
}

const more = (tolerance: number): string => `more than ${100 * tolerance} % apart`;

/** Distance of two vectors of lengths, relative to the first; NaN where their names differ. */
export function distanceOf(ours: VerifiedStep['updates'], theirs: VerifiedStep['updates']): number {
  const names = Object.keys(ours);
  if (names.length !== Object.keys(theirs).length) return Number.NaN;
  let [difference, length] = [0, 0];
  for (const name of names) {
    const [a, b] = [ours[name] ?? Number.NaN, theirs[name] ?? Number.NaN];
    difference += (a - b) ** 2;
    length += a ** 2;
  }
  return Math.sqrt(difference / length);
}
