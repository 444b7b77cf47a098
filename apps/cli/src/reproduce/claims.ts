import type { Claim } from './document.js';
import { mean, type NetworkSummary } from './statistics.js';

/** Which of a network's errors a comparison is about. */
export type ErrorKind = 'training error' | 'test error';

/**
 * The claim that one network's mean error over the seeds is higher than another's.
 *
 * @param summaries where both networks are found
 */
export function claimHigher(
  summaries: readonly NetworkSummary[],
  { higher, lower, error }: { readonly higher: string; readonly lower: string; readonly error: ErrorKind },
): Claim {
  const errorsOf = (network: string): readonly number[] => {
    const summary = summaries.find((candidate) => candidate.network === network);
    if (summary === undefined || summary.finished.length < summary.planned) return [];
    return error === 'training error' ? summary.trainingErrors : summary.testErrors;
  };
  const [above, below] = [mean(errorsOf(higher)), mean(errorsOf(lower))];
  const percent = (fraction: number) => (Number.isNaN(fraction) ? 'not yet known' : `${(100 * fraction).toFixed(2)} %`);
  return {
    statement: `${higher} has a higher ${error} than ${lower}`,
    holds: Number.isNaN(above) || Number.isNaN(below) ? undefined : above > below,
    evidence: `${higher} ${percent(above)}, ${lower} ${percent(below)}`,
  };
}
