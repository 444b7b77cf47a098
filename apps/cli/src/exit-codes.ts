/**
 * What the exit status of `resnet` means; `resnet --help` prints the same list.
 */
export const exitCodes = {
  ok: 0,
  /** Something went wrong that none of the codes below names. */
  failure: 1,
  /** The command line or the recipe is wrong: an unknown option, network, recipe or key. Nothing was done. */
  usage: 2,
  /** A data set or an image is missing, damaged or could not be fetched. */
  data: 3,
  /** A run folder or a checkpoint is missing, damaged, in use by another process, or belongs to another network. */
  checkpoint: 4,
  /** The backend asked for cannot be used on this machine; `resnet doctor` says why. */
  backend: 5,
  /** The loss became NaN or infinite; the message names the step and the last good checkpoint. */
  diverged: 6,
  /** Stopped by Ctrl-C (128 + SIGINT). The checkpoint is written, and the message says how to go on. */
  interrupted: 130,
  /** Stopped by SIGTERM (128 + SIGTERM), in the same way. */
  terminated: 143,
} as const;

/** One of {@link exitCodes}. */
export type ExitCode = (typeof exitCodes)[keyof typeof exitCodes];

/** The lines of `resnet --help` that explain the exit status. */
export const exitCodeHelp = `
Exit status:
  0    success
  1    failure
  2    wrong command line or recipe; nothing was done
  3    data set or image missing, damaged or not fetched
  4    run folder or checkpoint missing, damaged, in use or of another network
  5    backend cannot be used (resnet doctor says why)
  6    training diverged: the loss is no longer a number
  130  stopped by Ctrl-C, checkpoint written
  143  stopped by SIGTERM, checkpoint written
resnet bench has its own 3 to 5: see resnet bench --help`;
