import { basename, isAbsolute } from 'node:path';
import { availableParallelism } from 'node:os';
import { fileURLToPath } from 'node:url';
import { InvalidArgumentError, Option } from 'commander';
import type { Command } from 'commander';
import { choosePeers } from '../contenders/choose-contenders.js';
import type { RunOptions } from '../levels/run-options.js';

const DATA = fileURLToPath(new URL('../../../../data', import.meta.url));

/** A whole number in a range, or commander's error, which names the option. */
export function integer(least: number, most: number): (text: string) => number {
  return (text) => {
    const value = Number(text);
    if (Number.isInteger(value) && value >= least && value <= most) return value;
    throw new InvalidArgumentError(`Expected a whole number from ${least} to ${most}.`);
  };
}

/** A number in a range, or commander's error. */
export function decimal(least: number, most: number): (text: string) => number {
  return (text) => {
    const value = text.trim() === '' ? Number.NaN : Number(text);
    if (value >= least && value <= most) return value;
    throw new InvalidArgumentError(`Expected a number from ${least} to ${most}.`);
  };
}

/** Words separated by commas, each of a set where one is given. */
export function list(known?: readonly string[]): (text: string) => string[] {
  return (text) => {
    const words = text.split(',').map((word) => word.trim());
    const wrong = words.find((word) => word === '' || known?.includes(word) === false);
    if (wrong === undefined) return words;
    const what = known === undefined ? 'names separated by commas' : `some of ${known.join(', ')}`;
    throw new InvalidArgumentError(`Expected ${what}.`);
  };
}

/** Whole numbers in a range, separated by commas. */
export function integers(least: number, most: number): (text: string) => number[] {
  const one = integer(least, most);
  return (text) => text.split(',').map(one);
}

/** The options of every command that measures, as commander parses them. */
export interface SharedFlags {
  readonly threads: number;
  readonly rounds: number;
  readonly turnSeconds: number;
  readonly contenders: string;
  readonly alone: boolean;
  readonly python: string;
  readonly data: string;
  readonly force: boolean;
  readonly json: boolean;
  readonly html?: string;
  readonly save: boolean;
}

export interface SharedDefaults {
  readonly rounds: number;
  readonly turnSeconds: number;
  readonly contenders: string;
}

/** Adds what every command that measures takes. */
export function addSharedOptions(command: Command, defaults: SharedDefaults): Command {
  return command
    .option('--threads <count>', 'threads of each contender', integer(1, 1024), availableParallelism())
    .option('--rounds <count>', 'timed turns of each contender', integer(1, 1000), defaults.rounds)
    .option('--turn-seconds <seconds>', 'length of a turn', decimal(0.01, 600), defaults.turnSeconds)
    .option('--contenders <list>', 'peers, separated by commas', defaults.contenders)
    .option('--alone', 'without peers, the same as --contenders none', false)
    .option('--python <path>', 'Python with PyTorch', process.env['RESNET_PYTHON'] ?? 'python3')
    .option('--data <folder>', 'where CIFAR-10 is', process.env['RESNET_DATA'] ?? DATA)
    .option('--force', 'time on a busy machine too', false)
    .option('--json', 'print the result as JSON', false)
    .option('--html <file>', 'write a page with charts')
    .option('--save', 'keep the JSON under apps/benchmark/results', false);
}

export const modelOption = (): Option =>
  new Option('--model <name>', 'network, such as resnet20, resnet110 or resnet50').default('resnet20');

export const precisionOption = (): Option =>
  new Option('--precision <name>', 'of ours; bf16-mixed compares with PyTorch in bfloat16')
    .choices(['float32', 'bf16-mixed'])
    .default('float32');

/** The flags as a level takes them. */
export function runOptions(flags: SharedFlags, argv: readonly string[]): RunOptions {
  const { threads, rounds, turnSeconds, alone, python, data, force } = flags;
  // A name that nobody has is a mistake on the command line, whatever the level makes of the list later.
  choosePeers(flags.contenders, 'float32');
  return {
    ...{ threads, rounds, turnSeconds, python, force, dataDirectory: data },
    contenders: alone ? 'none' : flags.contenders,
    // Folders of one machine say nothing to whoever reads a kept result elsewhere.
    command: `bench ${argv.map((word) => (isAbsolute(word) ? basename(word) : word)).join(' ')}`,
    onProgress: (line) => console.error(line),
  };
}
