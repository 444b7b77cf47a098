import type { ContenderProcess } from '../contenders/contender-process.js';
import type { BenchmarkResult } from '../report/result-schema.js';

/** The measured multiply-add rate on the threads of this run, asked of our own contender. */
export async function limitsOf(ours: ContenderProcess, threads: number): Promise<BenchmarkResult['limits']> {
  const { oneThread, allThreads } = await ours.ask({ do: 'peak' });
  return { peakGigaflops: Number(threads === 1 ? oneThread : allThreads) };
}
