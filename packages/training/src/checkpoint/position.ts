import { createHash } from 'node:crypto';
import { DataError, describe, expected } from '@resnet-ts/tensor-ops';
import { z } from 'zod';
import { canonicalJson } from '../recipe/recipe-hash.js';
import { scheduleStateSchema } from '../schedule/schedule-state.js';

/** Raised whenever a checkpoint of the previous version could not be continued bit for bit. */
export const CHECKPOINT_VERSION = 1;

const count = z.number().int().min(0);
const hash = z.string().regex(/^[0-9a-f]{64}$/);

const fileSchema = z.strictObject({ bytes: count, sha256: hash });

/** Sums since the last line of metrics, so that a resumed run writes the same next line. */
export const windowSchema = z.strictObject({ steps: count, loss: z.number(), mistakes: count, examples: count });

const positionSchema = z.strictObject({
  formatVersion: z.literal(CHECKPOINT_VERSION),
  network: z.string(),
  classes: count,
  recipeHash: hash,
  seed: count,
  /** Steps done, of `totalSteps`. */
  step: count,
  totalSteps: count,
  /** The next batch: epoch from 0, batch within the epoch from 0. */
  epoch: count,
  batch: count,
  batchesPerEpoch: count,
  /** Images in one epoch. */
  examples: count,
  schedule: scheduleStateSchema,
  window: windowSchema,
  files: z.strictObject({
    'model.safetensors': fileSchema,
    'optimizer.safetensors': fileSchema,
    /** Only of a recipe that averages: absent, the bytes are those from before there was such a one. */
    'training.safetensors': fileSchema.optional(),
  }),
});

/** Where a training loop stands. Plain data without times or paths: equal runs have equal positions. */
export type Position = z.infer<typeof positionSchema>;
export type FileRecord = z.infer<typeof fileSchema>;
export type LogWindow = z.infer<typeof windowSchema>;

export function fileRecord(bytes: Uint8Array): FileRecord {
  return { bytes: bytes.byteLength, sha256: createHash('sha256').update(bytes).digest('hex') };
}

/** The position as JSON text that carries its own SHA-256. */
export function encodePosition(position: Position): string {
  // Parsed for the order of its keys: the bytes must not depend on how the caller put the object together.
  const ordered = positionSchema.parse(position);
  return `${JSON.stringify({ ...ordered, sha256: positionHash(ordered) }, null, 2)}\n`;
}

/** Reads a position, hostile until its own hash agrees. Throws DataError naming the field at fault. */
export function decodePosition(text: string, source: string): Position {
  const { sha256, ...fields } = parseObject(text, source);
  if (fields['formatVersion'] !== CHECKPOINT_VERSION) {
    const remedy = 'continue it with the version of this package that wrote it';
    throw new DataError(source, expected(String(CHECKPOINT_VERSION), 'formatVersion', fields['formatVersion'], remedy));
  }
  const result = positionSchema.safeParse(fields);
  if (!result.success) {
    const issue = result.error.issues[0];
    throw new DataError(
      source,
      `field ${issue?.path.join('.') ?? ''}: ${issue?.message ?? 'not a checkpoint position'}`,
    );
  }
  if (sha256 !== positionHash(result.data)) {
    throw new DataError(
      source,
      `expected ${positionHash(result.data)} for sha256, received ${describe(sha256)}; the file was altered`,
    );
  }
  // The hash covers the fields alone; a lost last line break or a changed space would pass it.
  if (text !== encodePosition(result.data)) {
    throw new DataError(source, 'expected the text as it was written; the file is cut short or altered');
  }
  return result.data;
}

function positionHash(position: Position): string {
  return createHash('sha256').update(canonicalJson(position)).digest('hex');
}

function parseObject(text: string, source: string): Record<string, unknown> {
  try {
    return z.record(z.string(), z.unknown()).parse(JSON.parse(text));
  } catch (cause) {
    throw new DataError(source, 'expected a checkpoint position as JSON; the file is cut short or altered', { cause });
  }
}
