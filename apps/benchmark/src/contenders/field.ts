import { ContenderError, ContenderProcess } from './contender-process.js';
import type { ContenderCommand } from './contender-process.js';
import { endWithProcess } from './end-with-process.js';

/** A contender that may take part. */
export interface Candidate {
  readonly name: string;
  /** Why it cannot, and what to do; nothing where it can. */
  readonly missing?: string | undefined;
  /** How it is started; called only where nothing is missing. */
  readonly command: () => ContenderCommand;
}

export interface Entrant<C extends Candidate> {
  readonly candidate: C;
  readonly process: ContenderProcess;
  /** What it says of itself. */
  readonly description: string;
}

export interface Skipped {
  readonly contender: string;
  readonly reason: string;
}

/**
 * The contenders of one run. The first candidate is ours and must start; a peer that is missing or fails is left out,
 * with one line. All of them end with this process, or with `close`.
 */
export class Field<C extends Candidate> {
  readonly skipped: Skipped[] = [];
  /** What contenders want said of themselves: a precision that is not what was asked for. */
  readonly notes: string[] = [];
  readonly #note: (line: string) => void;
  readonly #processes: ContenderProcess[] = [];
  readonly #closeAll = endWithProcess(this.#processes);
  #entrants: Entrant<C>[] = [];

  constructor(note: (line: string) => void) {
    this.#note = note;
  }

  /** Those still taking part, in order. */
  get entrants(): readonly Entrant<C>[] {
    return this.#entrants;
  }

  get ours(): Entrant<C> {
    const [ours] = this.#entrants;
    if (ours === undefined) throw new RangeError('no contender has been started');
    return ours;
  }

  get peers(): readonly Entrant<C>[] {
    return this.#entrants.slice(1);
  }

  /** Starts all, one after the other. @throws ContenderError where ours does not start */
  async start(candidates: readonly C[]): Promise<void> {
    for (const candidate of candidates) {
      if (candidate.missing !== undefined) {
        this.#skip(candidate.name, candidate.missing);
        continue;
      }
      const process = new ContenderProcess(candidate.command());
      this.#processes.push(process);
      try {
        const { ready, note } = await process.ready();
        const description = String(ready);
        if (typeof note === 'string') {
          this.notes.push(`${candidate.name}: ${note}`);
          this.#note(`${candidate.name}: ${note}`);
        }
        this.#entrants.push({ candidate, process, description });
      } catch (error) {
        if (this.#entrants.length === 0 || !(error instanceof ContenderError)) throw error;
        this.#skip(candidate.name, error.reason);
      }
    }
  }

  /** Has each peer do something first; one that dies of it is left out. */
  async prepare(action: (entrant: Entrant<C>) => Promise<void>): Promise<void> {
    for (const entrant of this.peers) {
      try {
        await action(entrant);
      } catch (error) {
        if (!(error instanceof ContenderError) || error.contender !== entrant.process.name) throw error;
        this.#entrants = this.#entrants.filter((other) => other !== entrant);
        this.#skip(entrant.candidate.name, error.reason);
      }
    }
  }

  /** Ends all of them. */
  close(): void {
    this.#closeAll();
  }

  #skip(contender: string, reason: string): void {
    const line = reason.replaceAll(/\s+/g, ' ').trim();
    this.skipped.push({ contender, reason: line });
    this.#note(`${contender} is skipped: ${line}`);
  }
}
