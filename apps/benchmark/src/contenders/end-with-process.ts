const SIGNALS = { SIGINT: 130, SIGTERM: 143 } as const;

/** A process that can be ended. */
interface Endable {
  close(): void;
}

/**
 * Ends the contenders however this process ends: a stopped process outlives its parent, and Ctrl-C does not reach it.
 *
 * @returns ends them now
 */
export function endWithProcess(contenders: readonly Endable[]): () => void {
  const closeAll = (): void => contenders.forEach((contender) => contender.close());
  // Node ends by a signal without its exit event, unless someone listens to the signal.
  const handlers = Object.entries(SIGNALS).map(([signal, status]) => [signal, () => process.exit(status)] as const);
  process.once('exit', closeAll);
  for (const [signal, handler] of handlers) process.once(signal, handler);
  return () => {
    closeAll();
    process.removeListener('exit', closeAll);
    for (const [signal, handler] of handlers) process.removeListener(signal, handler);
  };
}
