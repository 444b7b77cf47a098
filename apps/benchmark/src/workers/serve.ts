import { createInterface } from 'node:readline';
import { forgetPeak, peakBytes } from './peak-memory.js';

/** One request of the benchmark: `do` names the handler, the rest is for it. */
export type Request = Readonly<Record<string, unknown>>;
export type Handlers = Readonly<Record<string, (request: Request) => object | Promise<object>>>;

/** What a contender says of itself when it is ready. */
export interface Introduction {
  readonly ready: string;
  /** A sentence that must stand beside its figures. */
  readonly note?: string;
}

/** A whole number of a request. */
export function count(request: Request, field: string): number {
  const value = request[field];
  if (typeof value === 'number' && Number.isInteger(value)) return value;
  throw new RangeError(`expected a whole number for ${field} in a request, received ${JSON.stringify(value)}`);
}

function answer(value: object): void {
  process.stdout.write(`${JSON.stringify({ ...value, peakBytes: peakBytes() })}\n`);
}

/**
 * The other end of `ContenderProcess`: says that it is ready, then answers requests from stdin, one JSON object a line
 * each way, until stdin ends.
 */
export async function serve(ready: string | Introduction, handlers: Handlers): Promise<void> {
  answer(typeof ready === 'string' ? { ready } : ready);
  for await (const line of createInterface({ input: process.stdin })) {
    const request = JSON.parse(line) as Request;
    if (request['do'] === 'forget-peak') {
      forgetPeak();
      answer({});
      continue;
    }
    const handler = handlers[String(request['do'])];
    if (handler === undefined) throw new RangeError(`unknown request ${String(request['do'])}`);
    answer(await handler(request));
  }
}
