import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Field } from '../contenders/field.js';
import { inferenceCandidates } from '../contenders/inference-candidates.js';
import type { InferenceCandidate } from '../contenders/inference-candidates.js';
import { interleave } from '../measure/interleave.js';
import { LOGITS_TOLERANCES, logitsOf, requireSameLogits } from '../measure/verify-logits.js';
import { operationsOf } from '../network.js';
import { measurementOf } from '../report/measurement.js';
import { resultOf } from '../report/result.js';
import type { BenchmarkResult, Measurement } from '../report/result-schema.js';
import type { ContenderSettings, Precision } from '../settings.js';
import { contenderSettings, subjectOf } from './contender-settings.js';
import { onQuietMachine } from './quiet-machine.js';
import { limitsOf } from './limits.js';
import type { RunOptions } from './run-options.js';

export interface InferenceOptions extends RunOptions {
  readonly model: string;
  /** Images at a time, each a comparison of its own. */
  readonly batches: readonly number[];
  readonly precision: Precision;
}

/** Times inference, logits read back, of this repository and its peers, at each batch in processes of their own. */
export async function benchmarkInference(options: InferenceOptions): Promise<BenchmarkResult> {
  const all = options.batches.map((batch) => contenderSettings({ ...options, batch }));
  const notes = new Set<string>();
  const skipped = new Map<string, BenchmarkResult['skipped'][number]>();
  const { value, otherLoad } = await onQuietMachine(options, async () => {
    const measurements: Measurement[] = [];
    let limits: BenchmarkResult['limits'] = {};
    for (const settings of all) {
      const field = new Field<InferenceCandidate>(options.onProgress);
      try {
        await field.start(inferenceCandidates({ ...options, settings }));
        limits = await limitsOf(field.ours.process, settings.threads);
        measurements.push(...(await timeBatch(field, settings, options, limits)));
        for (const note of field.notes) notes.add(note);
        for (const peer of field.skipped) skipped.set(peer.contender, peer);
      } finally {
        field.close();
      }
    }
    return { limits, measurements };
  });
  const { model, batches, precision, threads } = options;
  return resultOf({
    benchmark: 'inference',
    command: options.command,
    settings: { model, batches: batches.join(','), precision, threads },
    otherLoad,
    ...value,
    skipped: [...skipped.values()],
    notes: [
      ...notes,
      'images in memory, logits read back',
      'operations of direct convolution: 2 for each multiply-add',
    ],
  });
}

async function timeBatch(
  field: Field<InferenceCandidate>,
  settings: ContenderSettings,
  { rounds, turnSeconds, onProgress }: InferenceOptions,
  limits: BenchmarkResult['limits'],
): Promise<Measurement[]> {
  await verifyAll(field);
  const turns = await interleave(
    field.entrants.map(({ process }) => process),
    { rounds, turnSeconds, onRound: (round) => onProgress(`batch ${settings.batch}, round ${round} of ${rounds}`) },
  );
  const operations = operationsOf(settings, 'inference');
  return field.entrants.flatMap(({ candidate: { name, batch }, description }, index) => {
    const own = turns[index];
    if (own === undefined) return [];
    const work = { subject: subjectOf(settings), contender: name, description, batch, turns: own, limits };
    return [measurementOf({ ...work, operations: operations * batch })];
  });
}

async function verifyAll(field: Field<InferenceCandidate>): Promise<void> {
  if (field.peers.length === 0) return;
  const { process: ours, candidate: own } = field.ours;
  const folder = await mkdtemp(join(tmpdir(), 'resnet-bench-'));
  try {
    const references = new Map<number, readonly number[]>();
    await field.prepare(async ({ candidate: { name, batch, bfloat16, readsOnnx }, process }) => {
      const file = join(folder, `batch-${batch}.safetensors`);
      const onnx = join(folder, `batch-${batch}.onnx`);
      if (!references.has(batch)) await ours.ask({ do: 'export', file, examples: batch });
      if (readsOnnx) await ours.ask({ do: 'export-onnx', file: onnx, batch });
      const reference = references.get(batch) ?? (await logitsOf(ours, { file }));
      references.set(batch, reference);
      const tolerance = bfloat16 || own.bfloat16 ? LOGITS_TOLERANCES.bfloat16 : LOGITS_TOLERANCES.float32;
      requireSameLogits(reference, await logitsOf(process, { file, onnx }), name, tolerance);
    });
  } finally {
    await rm(folder, { recursive: true });
  }
}
