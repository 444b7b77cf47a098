/** Options of a training that are not part of its recipe, and so not in its run folder. */
export interface SessionOptions {
  readonly data: string;
  readonly backend: string;
}

const quoted = (text: string): string => (/^[\w./-]+$/.test(text) ? text : `'${text.replaceAll("'", `'\\''`)}'`);

/**
 * The command that continues a run as it was, ready to be pasted into a POSIX shell.
 *
 * @example
 * resumeCommand('runs/cifar10-quick-001', { data: 'data', backend: 'auto' });
 * // 'resnet train --resume runs/cifar10-quick-001'
 */
export function resumeCommand(runFolder: string, { data, backend }: SessionOptions): string {
  return [
    `resnet train --resume ${quoted(runFolder)}`,
    ...(data === 'data' ? [] : [`--data ${quoted(data)}`]),
    ...(backend === 'auto' ? [] : [`--backend ${backend}`]),
  ].join(' ');
}
