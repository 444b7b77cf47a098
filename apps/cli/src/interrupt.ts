import { exitCodes, type ExitCode } from './exit-codes.js';

/** Turns Ctrl-C into a request to stop; see {@link listenForInterrupt}. */
export interface Interrupt {
  /** Aborted at the first SIGINT or SIGTERM. */
  readonly signal: AbortSignal;
  /** The exit status that tells the shell which signal it was; undefined while there was none. */
  exitCode(): ExitCode | undefined;
  /** Gives the signals back to Node. */
  close(): void;
}

/**
 * The first SIGINT or SIGTERM asks for a clean stop; the second ends the process at once.
 *
 * @param onFirst called once, with the name of the signal
 */
export function listenForInterrupt(onFirst: (name: string) => void): Interrupt {
  const controller = new AbortController();
  let received: ExitCode | undefined;
  const listen = (name: string, code: ExitCode) => () => {
    if (received !== undefined) process.exit(code);
    received = code;
    onFirst(name);
    controller.abort();
  };
  const onInterrupt = listen('SIGINT', exitCodes.interrupted);
  const onTerminate = listen('SIGTERM', exitCodes.terminated);
  process.on('SIGINT', onInterrupt);
  process.on('SIGTERM', onTerminate);
  return {
    signal: controller.signal,
    exitCode: () => received,
    close: () => {
      process.off('SIGINT', onInterrupt);
      process.off('SIGTERM', onTerminate);
    },
  };
}
