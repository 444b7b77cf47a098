import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Checkpointing } from '@resnet-ts/tensor-ops';
import { Field } from '../contenders/field.js';
import { stepCandidates } from '../contenders/step-candidates.js';
import type { StepCandidate } from '../contenders/step-candidates.js';
import { interleave } from '../measure/interleave.js';
import { requireSameStep, TOLERANCES, verifiedStep } from '../measure/verify.js';
import type { VerifiedStep } from '../measure/verify.js';
import { operationsOf } from '../network.js';
import { measurementOf } from '../report/measurement.js';
import { resultOf } from '../report/result.js';
import type { BenchmarkResult } from '../report/result-schema.js';
import type { ContenderSettings, Precision } from '../settings.js';
import { contenderSettings, describeImages, subjectOf } from './contender-settings.js';
import { limitsOf } from './limits.js';
import { onQuietMachine } from './quiet-machine.js';
import type { RunOptions } from './run-options.js';

export interface StepOptions extends RunOptions {
  readonly model: string;
  readonly batch: number;
  readonly precision: Precision;
  readonly checkpointing?: Checkpointing | undefined;
  readonly convolution?: ContenderSettings['convolution'];
}

/** What must be said of the figures of a step. */
export const STEP_NOTES = [
  'data loading included',
  'operations of direct convolution: 2 for each multiply-add of the network table, 3 times, without the data gradient of the first convolution',
] as const;

/**
 * Times one training step of this repository and of its peers in the same run: checks the load, verifies that all
 * compute the same step, warms up, then takes turns.
 *
 * @throws BenchmarkError with the exit status for what can be foreseen: see exit-codes.ts
 */
export async function benchmarkStep(options: StepOptions): Promise<BenchmarkResult> {
  const settings = contenderSettings(options);
  const { value, otherLoad } = await onQuietMachine(options, () => timeStep(settings, options));
  const { network, width, imageSize, batch, precision, threads, checkpointing, convolution } = settings;
  return resultOf({
    benchmark: 'step',
    command: options.command,
    settings: {
      ...{ model: network, width, imageSize, batch, precision, threads, checkpointing, convolution },
      data: describeImages(settings),
    },
    otherLoad,
    ...value,
    notes: [...value.notes, ...STEP_NOTES],
  });
}

type TimedStep = Pick<BenchmarkResult, 'measurements' | 'skipped' | 'limits' | 'notes'>;

/** One comparison, in processes of its own. */
export async function timeStep(settings: ContenderSettings, options: RunOptions): Promise<TimedStep> {
  const { rounds, turnSeconds, contenders, python, onProgress } = options;
  const field = new Field<StepCandidate>(onProgress);
  try {
    await field.start(stepCandidates({ settings, contenders, python }));
    const losses = await verifyAll(field, onProgress);
    const turns = await interleave(
      field.entrants.map(({ process }) => process),
      { rounds, turnSeconds, onRound: (round) => onProgress(`round ${round} of ${rounds}`) },
    );
    const limits = await limitsOf(field.ours.process, settings.threads);
    const operations = operationsOf(settings, 'training');
    const measurements = field.entrants.flatMap(({ candidate: { name, batch }, description }, index) => {
      const own = turns[index];
      if (own === undefined) return [];
      const work = { subject: subjectOf(settings), contender: name, description, batch, turns: own, limits };
      return [measurementOf({ ...work, operations: operations * batch, loss: losses[name] })];
    });
    return { measurements, skipped: field.skipped, limits, notes: field.notes };
  } finally {
    field.close();
  }
}

/** Losses by contender. Peers at a smaller batch than ours are compared on as many images as they take. */
async function verifyAll(
  field: Field<StepCandidate>,
  onProgress: (line: string) => void,
): Promise<Record<string, number>> {
  const { ours } = field;
  if (field.peers.length === 0) return {};
  onProgress('checking that all contenders compute the same step');
  const folder = await mkdtemp(join(tmpdir(), 'resnet-bench-'));
  try {
    const references = new Map<number, VerifiedStep>();
    const losses: Record<string, number> = {};
    await field.prepare(async ({ candidate: { name, batch, bfloat16 }, process }) => {
      const file = join(folder, `batch-${batch}.safetensors`);
      if (!references.has(batch)) await ours.process.ask({ do: 'export', file, examples: batch });
      const reference = references.get(batch) ?? (await verifiedStep(ours.process, file));
      references.set(batch, reference);
      const step = await verifiedStep(process, file);
      const rough = bfloat16 || ours.candidate.bfloat16;
      requireSameStep(reference, step, rough ? TOLERANCES.bfloat16 : TOLERANCES.float32);
      losses[name] = step.loss;
      losses[ours.candidate.name] ??= reference.loss;
    });
    return losses;
  } finally {
    await rm(folder, { recursive: true });
  }
}
