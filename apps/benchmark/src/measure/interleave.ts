import type { ContenderProcess } from '../contenders/contender-process.js';
import { joulesSince, readEnergy } from './energy.js';

/** What one contender's turns gave. */
export interface Turns {
  /** Mean of each turn, seconds. */
  readonly secondsPerStep: readonly number[];
  /** Steps in one turn. */
  readonly stepsPerTurn: number;
  /** The most memory its process held from its warm-up on, bytes. */
  readonly peakBytes: number;
  /** Of the whole processor package while it ran, each turn; empty where the machine does not tell. */
  readonly joulesPerStep: readonly number[];
}

export interface InterleaveOptions {
  readonly rounds: number;
  /** Aim for one turn, seconds. */
  readonly turnSeconds: number;
  readonly onRound?: (round: number) => void;
}

/** Untimed steps before the first turn: memory is taken, kernels are chosen, the compiler has seen the loop. */
const WARM_UP_STEPS = 5;

/**
 * Times contenders in turns, all within each round, so that a machine that slows down does so for all of them. Every
 * turn of a contender has the same number of steps, chosen once. The order turns by one place a round.
 *
 * @returns one entry a contender, in their order
 */
export async function interleave(
  contenders: readonly ContenderProcess[],
  { rounds, turnSeconds, onRound }: InterleaveOptions,
): Promise<Turns[]> {
  const turns = [];
  for (const contender of contenders) {
    await contender.ask({ do: 'forget-peak' });
    const stepsPerTurn = await stepsThatFill(turnSeconds, contender);
    turns.push({
      contender,
      stepsPerTurn,
      secondsPerStep: [] as number[],
      joulesPerStep: [] as number[],
      peakBytes: 0,
    });
  }
  for (let round = 0; round < rounds; round += 1) {
    const first = round % turns.length;
    for (const turn of [...turns.slice(first), ...turns.slice(0, first)]) {
      const before = readEnergy();
      const { seconds, peakBytes } = await timedRun(turn.contender, turn.stepsPerTurn);
      const joules = joulesSince(before);
      turn.secondsPerStep.push(seconds / turn.stepsPerTurn);
      if (joules !== undefined) turn.joulesPerStep.push(joules / turn.stepsPerTurn);
      turn.peakBytes = peakBytes;
    }
    onRound?.(round + 1);
  }
  return turns.map(({ contender: _contender, ...turn }) => turn);
}

/** Warms up for a turn at most, and counts how many steps fit in one. */
async function stepsThatFill(turnSeconds: number, contender: ContenderProcess): Promise<number> {
  const { seconds: firstStep } = await timedRun(contender, 1);
  if (firstStep > turnSeconds) return 1;
  await timedRun(contender, Math.min(WARM_UP_STEPS, Math.ceil(turnSeconds / firstStep)));
  // One step may be far shorter than the clock's grain: more until they take a tenth of a turn.
  for (let steps = 1; ; steps *= 4) {
    const { seconds } = await timedRun(contender, steps);
    if (seconds >= turnSeconds / 10) return Math.max(1, Math.round((turnSeconds * steps) / seconds));
  }
}

async function timedRun(contender: ContenderProcess, steps: number): Promise<{ seconds: number; peakBytes: number }> {
  const { seconds, peakBytes } = await contender.ask({ do: 'run', steps });
  if (typeof seconds !== 'number' || !(seconds > 0)) {
    throw new Error(`expected seconds above 0 from ${contender.name}, received ${JSON.stringify(seconds)}`);
  }
  return { seconds, peakBytes };
}
