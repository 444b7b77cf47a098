import type { BackendName } from '../backend/probe-backend.js';
import type { Section } from './document.js';
import type { PlannedRun } from './planned-run.js';
import type { RunResult } from './run-result.js';
import type { Scale } from './scale.js';

/** What an experiment is asked for. */
export interface ExperimentRequest {
  readonly scale: Scale;
  /** In place of the experiment's own seeds. */
  readonly seeds?: readonly number[] | undefined;
}

/** What a drawing may need beside the curves: networks are opened again to look inside. */
export interface DrawingContext {
  /** Folder of the data sets. */
  readonly data: string;
  /** Makes the backend that was asked for the active one; may be called again. */
  readonly selectBackend: () => Promise<BackendName>;
  /** A remark for the person who waits. */
  readonly note: (line: string) => void;
}

/** A table or figure of the paper: a list of runs and a drawing. */
export interface Experiment {
  /** As `resnet reproduce` takes it: `table-6`. */
  readonly name: string;
  /** For titles, without the scale: `Table 6: test error on CIFAR-10`. */
  readonly title: string;
  /** What the paper did and what is done here, with every deliberate difference; a paragraph each. */
  readonly explanation: readonly string[];
  plan(request: ExperimentRequest): readonly PlannedRun[];
  /** Draws what there is: runs that have not begun or not ended are marked as such. */
  draw(results: readonly RunResult[], context: DrawingContext): Promise<readonly Section[]>;
}
