import { spawn } from 'node:child_process';
import type { ChildProcessWithoutNullStreams } from 'node:child_process';
import { createInterface } from 'node:readline';

/** How a contender is started. */
export interface ContenderCommand {
  readonly name: string;
  readonly file: string;
  readonly arguments: readonly string[];
  readonly environment: Readonly<Record<string, string>>;
}

/** One answer of a contender: a JSON object a line, always with its peak resident memory. */
export interface ContenderAnswer {
  readonly peakBytes: number;
  readonly [field: string]: unknown;
}

/** A contender ended, or could not be started. */
export class ContenderError extends Error {
  readonly contender: string;
  /** One line: the last that it wrote to stderr, which is where Python and Node put the error itself. */
  readonly reason: string;

  constructor(contender: string, message: string, lastWords: string) {
    super(lastWords === '' ? message : `${message}; its last words:\n${lastWords.trimEnd()}`);
    this.name = 'ContenderError';
    this.contender = contender;
    const lines = lastWords.split('\n').filter((line) => /^\S*Error\b/.test(line));
    this.reason = lines.at(-1) ?? lastWords.trimEnd().split('\n').at(-1) ?? message;
    if (this.reason === '') this.reason = message;
  }
}

/** Errors show this much of what a dead contender wrote to stderr. */
const STDERR_KEPT = 2000;

/**
 * A process that waits for requests, one JSON object a line, and answers each with one line. Between requests it is
 * stopped (SIGSTOP), so that its threads cannot spin while another contender is timed.
 */
export class ContenderProcess {
  readonly name: string;
  readonly #child: ChildProcessWithoutNullStreams;
  readonly #lines: AsyncIterator<string>;
  readonly #started = performance.now();
  #stderr = '';
  #startFailure: Error | undefined;

  constructor(command: ContenderCommand) {
    this.name = command.name;
    this.#child = spawn(command.file, command.arguments, { env: { ...process.env, ...command.environment } });
    this.#child.on('error', (error) => (this.#startFailure = error));
    // Writing to a contender that has just died must not end this process: its answer is missed instead.
    this.#child.stdin.on('error', () => undefined);
    this.#child.stderr.setEncoding('utf8').on('data', (text: string) => {
      this.#stderr = (this.#stderr + text).slice(-STDERR_KEPT);
    });
    this.#lines = createInterface({ input: this.#child.stdout })[Symbol.asyncIterator]();
  }

  /** The first line, which a contender writes by itself when it is ready. */
  async ready(): Promise<ContenderAnswer> {
    const answer = await this.#answer('start');
    this.#child.kill('SIGSTOP');
    return answer;
  }

  /** Wakes the contender, asks, waits for the answer, and stops it again. */
  async ask(request: Readonly<Record<string, unknown>>): Promise<ContenderAnswer> {
    this.#child.kill('SIGCONT');
    this.#child.stdin.write(`${JSON.stringify(request)}\n`);
    const answer = await this.#answer(String(request['do']));
    this.#child.kill('SIGSTOP');
    return answer;
  }

  /** Seconds since the process was started. */
  age(): number {
    return (performance.now() - this.#started) / 1000;
  }

  /** Ends the process, stopped or not. */
  close(): void {
    this.#child.kill('SIGKILL');
  }

  async #answer(what: string): Promise<ContenderAnswer> {
    const { value, done } = await this.#lines.next();
    if (done === true) {
      const failure = this.#startFailure === undefined ? '' : `: ${this.#startFailure.message}`;
      throw new ContenderError(this.name, `${this.name} ended instead of answering "${what}"${failure}`, this.#stderr);
    }
    let answer: unknown;
    try {
      answer = JSON.parse(value);
    } catch {
      answer = undefined;
    }
    if (typeof answer !== 'object' || answer === null || !('peakBytes' in answer)) {
      throw new Error(`expected an answer with peakBytes from ${this.name}, received ${value.slice(0, 200)}`);
    }
    return answer as ContenderAnswer;
  }
}
