/** Ends a request that takes too long between two signs of life, or when the caller aborts. */
export interface Watchdog {
  readonly signal: AbortSignal;
  /** From now on, `failure` aborts the signal unless this is called again within `milliseconds`. */
  expectWithin(milliseconds: number, failure: Error): void;
  stop(): void;
}

/** A watchdog that also passes on `outer`. */
export function createWatchdog(outer: AbortSignal): Watchdog {
  const controller = new AbortController();
  let timer: NodeJS.Timeout | undefined;
  return {
    signal: AbortSignal.any([outer, controller.signal]),
    expectWithin(milliseconds, failure) {
      clearTimeout(timer);
      timer = setTimeout(() => controller.abort(failure), milliseconds);
    },
    stop: () => clearTimeout(timer),
  };
}
