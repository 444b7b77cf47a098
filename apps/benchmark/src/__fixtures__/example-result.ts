import { measurementOf } from '../report/measurement.js';
import { RESULT_VERSION } from '../report/result-schema.js';
import type { BenchmarkResult } from '../report/result-schema.js';

/** A result of `bench step` from milliseconds of each round, by contender. Invented for the tests of reports. */
export function exampleResult(rounds: Readonly<Record<string, readonly number[]>>): BenchmarkResult {
  const limits = { peakGigaflops: 200 };
  return {
    version: RESULT_VERSION,
    benchmark: 'step',
    date: '2026-01-02T03:04:05.000Z',
    command: 'bench step',
    settings: { model: 'resnet20', batch: 128, threads: 2 },
    environment: {
      processor: 'a processor',
      processors: 2,
      memoryBytes: 2 ** 34,
      system: 'linux x64',
      node: 'v20.0.0',
      commit: null,
    },
    otherLoad: { before: 0.01, after: 0.02 },
    limits,
    measurements: Object.entries(rounds).map(([contender, milliseconds]) => {
      const secondsPerStep = milliseconds.map((value) => value / 1000);
      const turns = { secondsPerStep, stepsPerTurn: 3, peakBytes: 2 ** 20, joulesPerStep: [] };
      const subject = 'resnet20, 32×32, batch 128, float32, 2 threads';
      return measurementOf({ subject, contender, description: 'v1', batch: 128, turns, operations: 1e9, limits });
    }),
    skipped: [],
    notes: [],
  };
}
