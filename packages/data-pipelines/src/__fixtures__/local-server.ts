import { createServer, type IncomingMessage, type RequestListener, type ServerResponse } from 'node:http';

export interface LocalServer {
  /** `http://127.0.0.1:<port>` without a slash at its end. */
  readonly address: string;
  readonly requests: IncomingMessage[];
  /**
   * To be told how much of a file has arrived: connections that are to be cut there are cut now. Were they cut as soon
   * as the bytes are sent, the client would drop what it had not read yet.
   */
  arrived(bytes: number | undefined): void;
  close(): Promise<void>;
}

const cuts = new Map<ServerResponse, number>();

/** A server on this machine that remembers its requests. */
export async function startServer(handler: RequestListener): Promise<LocalServer> {
  const requests: IncomingMessage[] = [];
  const server = createServer((request, response) => {
    requests.push(request);
    handler(request, response);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const bound = server.address();
  if (bound === null || typeof bound === 'string') throw new Error('no port');
  return {
    address: `http://127.0.0.1:${bound.port}`,
    requests,
    arrived(bytes = 0) {
      for (const [response, at] of cuts) if (bytes >= at) response.destroy();
    },
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

/** Answers as a static file server does: ranges, `If-Range`, sizes. With `upTo`, only
 * that many bytes are sent, and the connection is cut when the server is told that they arrived. */
export function answerFile(
  request: IncomingMessage,
  response: ServerResponse,
  content: Uint8Array,
  { etag = '"1"', upTo = Infinity }: { etag?: string; upTo?: number } = {},
): void {
  const asked = /^bytes=(\d+)-$/.exec(request.headers.range ?? '')?.[1];
  const condition = request.headers['if-range'];
  const from = asked !== undefined && (condition === undefined || condition === etag) ? Number(asked) : 0;
  if (from > content.length) {
    response.writeHead(416).end();
    return;
  }
  const part = content.subarray(from);
  response.writeHead(from > 0 ? 206 : 200, {
    etag,
    'content-length': part.length,
    ...(from > 0 ? { 'content-range': `bytes ${from}-${content.length - 1}/${content.length}` } : {}),
  });
  if (upTo >= part.length) {
    response.end(part);
    return;
  }
  cuts.set(response, from + upTo);
  response.on('close', () => cuts.delete(response));
  response.write(part.subarray(0, upTo));
}
