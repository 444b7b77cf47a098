/** What every level of the benchmark is told. */
export interface RunOptions {
  /** Of each contender. */
  readonly threads: number;
  readonly rounds: number;
  /** Aim for one turn, seconds. */
  readonly turnSeconds: number;
  /** Peers, as `--contenders` names them. */
  readonly contenders: string;
  /** With PyTorch. */
  readonly python: string;
  /** Folder that holds `cifar-10-batches-bin`. */
  readonly dataDirectory: string;
  /** Time on a busy machine too. */
  readonly force: boolean;
  /** How the command was called, for the record. */
  readonly command: string;
  /** A line for the person who waits. */
  readonly onProgress: (line: string) => void;
}
