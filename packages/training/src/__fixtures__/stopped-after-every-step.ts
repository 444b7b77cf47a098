import { join } from 'node:path';
import { disposeNamed } from '@resnet-ts/tensor-ops';
import { readMetrics, train, withoutTiming, type TrainOptions } from '../index.js';
import { folderBytes } from './folder-bytes.js';
import { temporaryFolder } from './temporary-folder.js';

/** What two runs that are the same must agree in. */
export interface RunBytes {
  /** SHA-256 of the files of the last checkpoint. */
  readonly checkpoint: Record<string, string>;
  readonly metrics: readonly unknown[];
}

type Run = Omit<TrainOptions, 'runFolder' | 'resume' | 'maximumSteps'>;

/** The run without a stop, and the run that is stopped after every step and begun anew by another call. */
export async function wholeAndStopped(run: Run): Promise<{ whole: RunBytes; stopped: RunBytes }> {
  return { whole: await runInPieces(run, []), stopped: await runInPieces(run, everyStep(run)) };
}

/** One run, stopped after the steps given. */
export async function runInPieces(run: Run, stops: readonly number[]): Promise<RunBytes> {
  const runFolder = join(temporaryFolder(), 'run');
  for (const maximumSteps of [...stops, undefined]) {
    const result = await train({ ...run, runFolder, resume: 'latest', maximumSteps });
    disposeNamed(result.state.parameters);
    disposeNamed(result.state.buffers);
    if (result.stopped !== 'finished') continue;
    return {
      checkpoint: folderBytes(result.checkpoint),
      metrics: (await readMetrics(runFolder)).map(withoutTiming),
    };
  }
  throw new Error('the run did not finish');
}

function everyStep({ recipe: { length } }: Run): number[] {
  if (!('steps' in length)) throw new Error('expected a recipe with a length in steps');
  return Array.from({ length: length.steps - 1 }, (_, step) => step + 1);
}
