import { readFile } from 'node:fs/promises';
import { availableParallelism, cpus, totalmem } from 'node:os';
import { join } from 'node:path';
import * as tf from '@tensorflow/tfjs-core';
import { z } from 'zod';
import { replaceFile } from './atomic-write.js';

const sessionSchema = z.object({
  /** Steps done when the session began; 0 for the first. */
  firstStep: z.number().int().min(0),
  startedAt: z.string(),
  backend: z.string(),
  tfjs: z.string(),
  node: z.string(),
  platform: z.string(),
  processor: z.string(),
  cores: z.number(),
  memoryBytes: z.number(),
  /** What the application adds: threads, instruction set, its own version. */
  details: z.record(z.string(), z.unknown()),
});
const environmentSchema = z.object({ sessions: z.array(sessionSchema) });

/** Where and on what a run was computed: one session for each time it was started or resumed. */
export type Environment = z.infer<typeof environmentSchema>;
export type EnvironmentSession = z.infer<typeof sessionSchema>;

export function environmentPath(runFolder: string): string {
  return join(runFolder, 'environment.json');
}

/** What this process is running on. Holds no host, user or path names. */
export function currentSession(firstStep: number, details: Readonly<Record<string, unknown>>): EnvironmentSession {
  return {
    firstStep,
    startedAt: new Date().toISOString(),
    backend: tf.getBackend(),
    tfjs: tf.version_core,
    node: process.version,
    platform: `${process.platform} ${process.arch}`,
    processor: cpus()[0]?.model ?? 'unknown',
    cores: availableParallelism(),
    memoryBytes: totalmem(),
    details,
  };
}

/** The sessions so far; none where the file is missing or unreadable, for it decides nothing. */
export async function readEnvironment(runFolder: string): Promise<Environment> {
  try {
    return environmentSchema.parse(JSON.parse(await readFile(environmentPath(runFolder), 'utf8')));
  } catch {
    return { sessions: [] };
  }
}

/** Adds a session and returns the one before it, if any. */
export async function recordSession(
  runFolder: string,
  session: EnvironmentSession,
): Promise<EnvironmentSession | undefined> {
  const { sessions } = await readEnvironment(runFolder);
  await replaceFile(environmentPath(runFolder), `${JSON.stringify({ sessions: [...sessions, session] }, null, 2)}\n`);
  return sessions.at(-1);
}
