import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { ContenderProcess } from '../contenders/contender-process.js';
import { BenchmarkError, exitCodes } from '../exit-codes.js';

/** Relative difference allowed in the loss of each step: float32 rounding, which the first update makes larger. */
const TOLERANCES = [1e-4, 1e-3] as const;

/**
 * Has every contender take two steps on the same batch from the same weights, and compares the losses: the first says
 * that they compute the same network, the second that they make the same update.
 *
 * @returns losses by contender
 * @throws BenchmarkError (exit status 5) when they differ
 */
export async function verifySameLosses(
  ours: ContenderProcess,
  peers: readonly ContenderProcess[],
): Promise<Record<string, number[]>> {
  const folder = await mkdtemp(join(tmpdir(), 'resnet-bench-'));
  try {
    const file = join(folder, 'start.safetensors');
    await ours.ask({ do: 'export', file });
    const losses: Record<string, number[]> = {};
    for (const contender of [ours, ...peers]) losses[contender.name] = await twoLosses(contender, file);
    for (const peer of peers) requireSame(ours.name, losses[ours.name] ?? [], peer.name, losses[peer.name] ?? []);
    return losses;
  } finally {
    await rm(folder, { recursive: true });
  }
}

async function twoLosses(contender: ContenderProcess, file: string): Promise<number[]> {
  const { losses } = await contender.ask({ do: 'verify', file });
  if (!Array.isArray(losses) || losses.length !== TOLERANCES.length) {
    throw new Error(`expected two losses from ${contender.name}, received ${JSON.stringify(losses)}`);
  }
  return losses.map(Number);
}

function requireSame(ours: string, own: readonly number[], peer: string, theirs: readonly number[]): void {
  TOLERANCES.forEach((tolerance, step) => {
    const [a, b] = [own[step] ?? Number.NaN, theirs[step] ?? Number.NaN];
    if (!(Math.abs(a - b) <= tolerance * Math.abs(b))) {
      const difference = `loss of step ${step + 1} is ${a} in ${ours} and ${b} in ${peer}`;
      throw new BenchmarkError(exitCodes.notTheSame, `${difference}, more than ${tolerance} apart: nothing was timed`);
    }
  });
}
