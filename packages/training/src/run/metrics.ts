import { open, readFile, type FileHandle } from 'node:fs/promises';
import { join } from 'node:path';
import { DataError } from '@resnet-ts/tensor-ops';
import { replaceFile } from './atomic-write.js';
import { writeFailure } from './write-failure.js';
import { metricsRecordSchema, type MetricsRecord } from './metrics-schema.js';

/** The file of a run folder with one JSON record a line. */
export function metricsPath(runFolder: string): string {
  return join(runFolder, 'metrics.jsonl');
}

/**
 * The records of a run, oldest first. A last line cut short by a killed process is left out; a run that logged
 * nothing yet has none.
 *
 * @throws DataError naming the line that is damaged
 */
export async function readMetrics(runFolder: string): Promise<MetricsRecord[]> {
  const path = metricsPath(runFolder);
  const lines = (await readLines(path)).map((text, index) => ({ text, number: index + 1 }));
  return lines.map(({ text, number }) => {
    const record = parseLine(text);
    if (record === undefined) throw new DataError(path, `line ${number} is not a metrics record`);
    return record;
  });
}

/**
 * Cuts the file back to what was known after `step` steps, so that a resumed run writes the same file as one that
 * was never stopped; returns what is left.
 */
export async function truncateMetrics(runFolder: string, step: number): Promise<MetricsRecord[]> {
  const path = metricsPath(runFolder);
  const kept: MetricsRecord[] = [];
  const lines: string[] = [];
  for (const text of await readLines(path)) {
    const record = parseLine(text);
    if (record === undefined || record.step > step) break;
    kept.push(record);
    lines.push(`${text}\n`);
  }
  await replaceFile(path, lines.join(''));
  return kept;
}

/** Appends records to the metrics of a run. */
export class MetricsWriter {
  readonly #path: string;
  readonly #file: FileHandle;

  private constructor(path: string, file: FileHandle) {
    this.#path = path;
    this.#file = file;
  }

  static async open(runFolder: string): Promise<MetricsWriter> {
    const path = metricsPath(runFolder);
    return new MetricsWriter(path, await open(path, 'a'));
  }

  /** Throws DataError when the disk is full; the line may be cut short, which readers expect of a last line. */
  async append(record: MetricsRecord): Promise<void> {
    try {
      await this.#file.appendFile(`${JSON.stringify(record)}\n`);
    } catch (cause) {
      throw writeFailure(this.#path, cause, 'the lines before are untouched');
    }
  }

  /** Waits until every record is on the disk: called before a checkpoint that a resumed run will rely on. */
  async sync(): Promise<void> {
    await this.#file.sync();
  }

  async close(): Promise<void> {
    await this.#file.close();
  }
}

/** Whole lines only: what follows the last newline was being written when the process died. */
async function readLines(path: string): Promise<string[]> {
  let text: string;
  try {
    text = await readFile(path, 'utf8');
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return [];
    throw error;
  }
  return text.split('\n').slice(0, -1);
}

function parseLine(text: string): MetricsRecord | undefined {
  try {
    return metricsRecordSchema.safeParse(JSON.parse(text)).data;
  } catch {
    return undefined;
  }
}
