import type { DatasetDescription } from '../datasets/dataset-description.js';

/** What a fetch is doing right now; sizes in bytes. */
export interface FetchProgress {
  readonly dataset: string;
  readonly mirror: string;
  readonly stage: 'asking' | 'downloading' | 'unpacking' | 'verifying' | 'failed';
  /** The file that is being downloaded, unpacked or verified. */
  readonly file?: string;
  readonly receivedBytes?: number;
  /** Missing where the mirror does not say. */
  readonly totalBytes?: number;
  /** Why the mirror was left, with stage `failed`. */
  readonly reason?: string;
}

/** What a mirror works with. */
export interface MirrorContext {
  readonly description: DatasetDescription;
  /** A folder for the mirror's own files. Only downloads that were cut off (`.part`) survive a failed fetch here. */
  readonly staging: string;
  /** Where the mirror puts a finished file of the data set; checked and moved by the caller. */
  filePath(name: string): string;
  /** Milliseconds in which the mirror has to answer. */
  readonly answerTimeout: number;
  /** Milliseconds without a byte after which a download counts as cut off. */
  readonly stallTimeout: number;
  readonly signal: AbortSignal;
  report(progress: Omit<FetchProgress, 'dataset' | 'mirror'>): void;
}

/**
 * One place a data set can be had from. `obtain` puts every file of the data set at `filePath(name)` or throws with the
 * reason; what it puts there is not trusted.
 */
export interface Mirror {
  /** An address or a package, for people. */
  readonly name: string;
  obtain(context: MirrorContext): Promise<void>;
}
