import type { FetchProgress } from '@resnet-ts/data-pipelines';
import { SingleBar } from 'cli-progress';
import { formatBytes } from '../format.js';

const describeStage = ({ stage, mirror, file, reason }: FetchProgress): string =>
  stage === 'failed'
    ? `${mirror}: ${reason ?? 'failed'}; trying the next`
    : `${stage} ${file === undefined ? mirror : `${file} (${mirror})`}`;

/** Shows a download: a bar on a terminal, and one line for each file and stage everywhere. */
export function createFetchProgress(stream: NodeJS.WriteStream): {
  update(progress: FetchProgress): void;
  stop(): void;
} {
  let shown = '';
  let bar: SingleBar | undefined;
  const stop = () => {
    bar?.stop();
    bar = undefined;
  };
  return {
    update(progress) {
      const line = describeStage(progress);
      if (line !== shown) {
        stop();
        stream.write(`${line}\n`);
        shown = line;
      }
      const { receivedBytes, totalBytes } = progress;
      if (!stream.isTTY || receivedBytes === undefined || totalBytes === undefined) return;
      const payload = { received: formatBytes(receivedBytes), total: formatBytes(totalBytes) };
      if (bar === undefined) {
        bar = new SingleBar({
          stream,
          format: '{bar} {received} of {total}',
          barsize: 24,
          hideCursor: true,
          clearOnComplete: true,
          gracefulExit: false,
        });
        bar.start(totalBytes, receivedBytes, payload);
      } else {
        bar.update(receivedBytes, payload);
      }
    },
    stop,
  };
}
