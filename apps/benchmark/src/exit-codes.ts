/** What the exit status of `bench` means; `bench --help` prints the same list. */
export const exitCodes = {
  ok: 0,
  failure: 1,
  /** Wrong command line; nothing was run. */
  usage: 2,
  /** The machine is busy with something else; nothing was timed. */
  busy: 3,
  /** `compare --fail` found a measurement slower beyond the spread. */
  slower: 4,
  /** The contenders do not compute the same step, so their times cannot be compared. */
  notTheSame: 5,
} as const;

export type ExitCode = (typeof exitCodes)[keyof typeof exitCodes];

export const exitCodeHelp = `
Exit status:
  0  success
  1  failure
  2  wrong command line; nothing was run
  3  the machine is busy; nothing was timed (--force times anyway)
  4  something got slower (compare --fail only)
  5  the contenders do not compute the same; nothing was timed`;

/** A failure that a command foresees: one line for the user, and the exit status. */
export class BenchmarkError extends Error {
  readonly exitCode: ExitCode;

  constructor(exitCode: ExitCode, message: string) {
    super(message);
    this.name = 'BenchmarkError';
    this.exitCode = exitCode;
  }
}
