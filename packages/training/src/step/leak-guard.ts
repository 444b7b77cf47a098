import { ResidualError } from '@resnet-ts/tensor-ops';
import type { MemoryCounts } from './memory-use.js';

/** A step, or the code around the steps, keeps tensors that it should have disposed. */
export class LeakError extends ResidualError {
  readonly step: number;

  constructor(step: number, message: string) {
    super('ERR_LEAK', `step ${step}: ${message}`);
    this.step = step;
  }
}

/** Batches that a loader may have ready at any time, in tensors: growth beyond it is a leak outside the step. */
const SLACK_TENSORS = 64;
/** Steps after which everything that is made once has been made: loader queues filled, kernels chosen. */
const SETTLING_STEPS = 20;
/** The first step moves the state from host arrays into the backend's memory; from the third on nothing may move. */
const BACKEND_SETTLING_STEPS = 2;

/**
 * Holds memory constant. A step replaces tensors one for one, so counts before and after it, with no `await`
 * between, must agree to the unit; around the steps loaders may hold batches ready, so there only steady growth fails.
 */
export class LeakGuard {
  #steps = 0;
  #settled = 0;

  /** Compares the counts on either side of one step. Throws LeakError naming the growth. */
  checkStep(step: number, before: MemoryCounts, after: MemoryCounts): void {
    const tensors = after.tensors - before.tensors;
    const bytes = after.bytes - before.bytes;
    const backend =
      this.#steps < BACKEND_SETTLING_STEPS ? 0 : (after.backendBytesInUse ?? 0) - (before.backendBytesInUse ?? 0);
    if (tensors === 0 && bytes === 0 && backend === 0) return;
    throw new LeakError(
      step,
      `expected ${before.tensors} tensors (${before.bytes} bytes) after the step as before it, received ` +
        `${after.tensors} (${signed(tensors)} tensors, ${signed(bytes)} bytes, ${signed(backend)} bytes of the backend); ` +
        'a forward pass must keep only what it returns: put the rest inside tf.tidy',
    );
  }

  /** Compares the counts between two steps with those of earlier ones. Throws LeakError naming the growth. */
  checkBetween(step: number, now: Pick<MemoryCounts, 'tensors'>): void {
    this.#steps += 1;
    if (this.#steps <= SETTLING_STEPS) {
      this.#settled = Math.max(this.#settled, now.tensors);
    } else if (now.tensors > this.#settled + SLACK_TENSORS) {
      throw new LeakError(
        step,
        `expected at most ${this.#settled} tensors between steps, received ${now.tensors} ` +
          `(${signed(now.tensors - this.#settled)}); a callback or the batches keep tensors: dispose them`,
      );
    }
  }
}

function signed(value: number): string {
  return value < 0 ? String(value) : `+${value}`;
}
