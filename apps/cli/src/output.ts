/**
 * Where the commands write. stdout carries the result and nothing else, so that `resnet … --json | jq` always works;
 * stderr carries everything meant for a person who waits: progress, remarks, errors.
 */
export interface Output {
  /** Writes the result of a command: one JSON document with `--json`, otherwise the text. */
  result(value: unknown, text: () => string): void;
  /** A remark for the person who waits. */
  note(line: string): void;
}

/** @param json print results as JSON documents */
export function createOutput(json: boolean): Output {
  return {
    result: (value, text) => {
      process.stdout.write(`${json ? JSON.stringify(value, null, 2) : text()}\n`);
    },
    note: (line) => {
      process.stderr.write(`${line}\n`);
    },
  };
}
