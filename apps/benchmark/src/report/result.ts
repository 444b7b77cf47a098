import { readEnvironment } from '../measure/environment.js';
import { readEnergy } from '../measure/energy.js';
import { RESULT_VERSION } from './result-schema.js';
import type { BenchmarkResult } from './result-schema.js';

type Given = Omit<BenchmarkResult, 'version' | 'date' | 'environment'>;

/** A result with its date and machine. */
export function resultOf(given: Given, date = new Date()): BenchmarkResult {
  const energy =
    readEnergy() === undefined ? ['energy is left out: this machine does not tell (no readable RAPL counter)'] : [];
  const { benchmark, command, settings, ...rest } = given;
  return {
    version: RESULT_VERSION,
    benchmark,
    date: date.toISOString(),
    command,
    settings,
    environment: readEnvironment(),
    ...rest,
    notes: [...given.notes, ...energy],
  };
}
