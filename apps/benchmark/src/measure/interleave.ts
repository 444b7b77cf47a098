import type { ContenderProcess } from '../contenders/contender-process.js';

export interface Rounds {
  /** Images a second of each round, by contender. */
  readonly imagesPerSecond: Readonly<Record<string, readonly number[]>>;
  /** Steps in one turn, by contender. */
  readonly stepsPerTurn: Readonly<Record<string, number>>;
  /** Bytes, by contender. */
  readonly peakBytes: Readonly<Record<string, number>>;
}

export interface InterleaveOptions {
  readonly batch: number;
  readonly rounds: number;
  /** Aim for one turn, seconds. */
  readonly turnSeconds: number;
  readonly onRound?: (round: number) => void;
}

/** Steps of the first, untimed turn: memory is taken, kernels are chosen, the compiler has seen the loop. */
const WARM_UP_STEPS = 3;

/**
 * Times contenders in turns, all within each round, so that a machine that slows down does so for all of them. Every
 * turn of a contender has the same number of steps, chosen once. The order turns by one place a round.
 */
export async function interleave(
  contenders: readonly ContenderProcess[],
  { batch, rounds, turnSeconds, onRound }: InterleaveOptions,
): Promise<Rounds> {
  const imagesPerSecond: Record<string, number[]> = {};
  const stepsPerTurn: Record<string, number> = {};
  const peakBytes: Record<string, number> = {};
  for (const contender of contenders) {
    await timedRun(contender, WARM_UP_STEPS);
    const { seconds } = await timedRun(contender, WARM_UP_STEPS);
    stepsPerTurn[contender.name] = Math.max(1, Math.round((turnSeconds * WARM_UP_STEPS) / seconds));
    imagesPerSecond[contender.name] = [];
  }
  for (let round = 0; round < rounds; round += 1) {
    const first = round % contenders.length;
    for (const contender of [...contenders.slice(first), ...contenders.slice(0, first)]) {
      const steps = stepsPerTurn[contender.name] ?? 1;
      const run = await timedRun(contender, steps);
      imagesPerSecond[contender.name]?.push((steps * batch) / run.seconds);
      peakBytes[contender.name] = run.peakBytes;
    }
    onRound?.(round + 1);
  }
  return { imagesPerSecond, stepsPerTurn, peakBytes };
}

async function timedRun(contender: ContenderProcess, steps: number): Promise<{ seconds: number; peakBytes: number }> {
  const { seconds, peakBytes } = await contender.ask({ do: 'run', steps });
  if (typeof seconds !== 'number' || !(seconds > 0)) {
    throw new Error(`expected seconds above 0 from ${contender.name}, received ${JSON.stringify(seconds)}`);
  }
  return { seconds, peakBytes };
}
