import { SingleBar } from 'cli-progress';

/** Shows how many things are done. */
export interface CountProgress {
  readonly update: (done: number) => void;
  readonly stop: () => void;
}

/** Work that is through before this, milliseconds, shows nothing. */
const PATIENCE = 2000;

/** A bar on a terminal, elsewhere a line every tenth; nothing for what takes no two seconds. */
export function countProgress(total: number, what: string): CountProgress {
  const stream = process.stderr;
  const begin = performance.now();
  let bar: SingleBar | undefined;
  let tenths = 0;
  return {
    update: (done) => {
      if (performance.now() - begin < PATIENCE) return;
      if (!stream.isTTY) {
        const reached = Math.floor((10 * done) / total);
        if (reached > tenths) stream.write(`${done} of ${total} ${what}\n`);
        tenths = reached;
        return;
      }
      if (bar === undefined) {
        const format = `{bar} {value}/{total} ${what}  ETA {eta_formatted}`;
        bar = new SingleBar({
          stream,
          format,
          barsize: 24,
          hideCursor: true,
          clearOnComplete: true,
          gracefulExit: false,
        });
        bar.start(total, done);
      }
      bar.update(done);
    },
    stop: () => {
      bar?.stop();
      bar = undefined;
    },
  };
}
