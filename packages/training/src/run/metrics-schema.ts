import { z } from 'zod';

const count = z.number().int().min(0);
// JSON has no NaN: an undefined figure is written as null.
const figure = z.number().nullable();

export const memorySchema = z.object({
  tensors: count,
  bytes: count,
  residentBytes: count,
  backendBytes: count.optional(),
});

const stepRecordSchema = z.object({
  kind: z.literal('step'),
  step: count,
  epoch: z.number().min(0),
  learningRate: z.number(),
  loss: figure,
  error: figure,
  imagesPerSecond: z.number().min(0),
  waiting: z.number().min(0).max(1).optional(),
  seconds: z.number().min(0),
  memory: memorySchema,
});

const evaluationRecordSchema = z.object({
  kind: z.literal('evaluation'),
  step: count,
  epoch: z.number().min(0),
  examples: count,
  loss: figure,
  top1Error: figure,
  top5Error: figure.optional(),
});

export const metricsRecordSchema = z.discriminatedUnion('kind', [stepRecordSchema, evaluationRecordSchema]);

/** Memory in use: tfjs tensors and their bytes, the process's resident bytes, and the backend's own if it tells. */
export type MemoryUse = z.infer<typeof memorySchema>;
/**
 * A line of `metrics.jsonl` for a log step. `step` counts steps done, `epoch` epochs done (a fraction); `loss` and
 * `error` (0–1) are means over the steps since the line before; `seconds` is training time of the run so far;
 * `waiting` the part (0–1) of the time since the line before in which training waited for batches.
 */
export type StepRecord = z.infer<typeof stepRecordSchema>;
/** A line of `metrics.jsonl` for an evaluation between steps; errors are fractions. */
export type EvaluationRecord = z.infer<typeof evaluationRecordSchema>;
export type MetricsRecord = z.infer<typeof metricsRecordSchema>;

/** A record without the fields that two identical runs may differ in: time, speed and memory. */
export function withoutTiming(record: MetricsRecord): Partial<MetricsRecord> {
  if (record.kind === 'evaluation') return record;
  const { imagesPerSecond: _speed, waiting: _waiting, seconds: _seconds, memory: _memory, ...rest } = record;
  return rest;
}
