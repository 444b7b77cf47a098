import { USUAL_DATA } from '../datasets/usual-data.js';

/** Options of a training that are not part of its recipe, and so not in its run folder. */
export interface SessionOptions {
  readonly data: string;
  readonly backend: string;
}

/**
 * How this program was called: through pnpm's or npm's script of the repository, or by its own name.
 *
 * @param environment where package managers say that they run a script
 */
export function invocation(environment: NodeJS.ProcessEnv = process.env): string {
  if (environment['npm_lifecycle_event'] === undefined) return 'resnet';
  return environment['npm_config_user_agent']?.startsWith('pnpm') === true ? 'pnpm resnet' : 'npm run resnet --';
}

const quoted = (text: string): string => (/^[\w./-]+$/.test(text) ? text : `'${text.replaceAll("'", `'\\''`)}'`);

/**
 * The command that continues a run as it was, ready to be pasted into a POSIX shell.
 *
 * @example
 * resumeCommand('runs/cifar10-quick-001', { data: 'data', backend: 'auto' }, 'resnet');
 * // 'resnet train --resume runs/cifar10-quick-001'
 */
export function resumeCommand(runFolder: string, { data, backend }: SessionOptions, program = invocation()): string {
  return [
    `${program} train --resume ${quoted(runFolder)}`,
    ...(data === USUAL_DATA ? [] : [`--data ${quoted(data)}`]),
    ...(backend === 'auto' ? [] : [`--backend ${backend}`]),
  ].join(' ');
}
