import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { describeNetwork } from '@resnet-ts/architectures';
import { datasetInfo } from '@resnet-ts/data-pipelines';
import { ContenderProcess } from './contenders/contender-process.js';
import { endWithProcess } from './contenders/end-with-process.js';
import { oursCommand } from './contenders/ours.js';
import { pytorchCommand, requirePyTorch } from './contenders/pytorch.js';
import { BenchmarkError, exitCodes } from './exit-codes.js';
import { interleave } from './measure/interleave.js';
import { BUSY_FRACTION, watchLoad } from './measure/machine-load.js';
import { verifySameLosses } from './measure/verify.js';
import { stepResult } from './report/step-result.js';
import type { StepResult } from './report/step-result.js';
import { OPTIMIZER } from './step-settings.js';
import type { StepSettings } from './step-settings.js';

export interface StepOptions {
  readonly model: string;
  readonly batch: number;
  readonly threads: number;
  readonly rounds: number;
  readonly turnSeconds: number;
  readonly python: string;
  /** Folder that holds `cifar-10-batches-bin`. */
  readonly dataDirectory: string;
  /** Only this repository: for networks and machines without a peer. */
  readonly alone: boolean;
  /** Time on a busy machine too. */
  readonly force: boolean;
  /** How the command was called, for the record. */
  readonly command: string;
  readonly onProgress: (line: string) => void;
}

/**
 * Times one training step of this repository and, unless it runs alone, of PyTorch in the same run: checks the load, verifies that all compute
 * the same, warms up, then takes turns.
 *
 * @throws BenchmarkError with the exit status for what can be foreseen: see exit-codes.ts
 */
export async function benchmarkStep(options: StepOptions): Promise<StepResult> {
  const { settings, data } = stepSettings(options);
  if (!options.alone) requirePyTorch(options.python);
  const before = await requireQuietMachine(options);
  const peers = [true, false].map((channelsLast) => pytorchCommand(options.python, settings, channelsLast));
  const commands = [oursCommand(settings), ...(options.alone ? [] : peers)];
  const contenders = commands.map((command) => new ContenderProcess(command));
  const closeAll = endWithProcess(contenders);
  try {
    const descriptions: Record<string, string> = {};
    for (const contender of contenders) descriptions[contender.name] = String((await contender.ready())['ready']);
    const [ours, ...others] = contenders;
    if (ours === undefined) throw new RangeError('no contender');
    if (others.length > 0) options.onProgress('checking that all contenders compute the same losses');
    const losses = await verifySameLosses(ours, others);
    const rounds = await interleave(contenders, {
      batch: settings.batch,
      rounds: options.rounds,
      turnSeconds: options.turnSeconds,
      onRound: (round) => options.onProgress(`round ${round} of ${options.rounds}`),
    });
    const otherLoad = { before, after: await watchLoad() };
    return stepResult({ settings, data, command: options.command, descriptions, losses, rounds, otherLoad });
  } finally {
    closeAll();
  }
}

/** Real CIFAR-10 for networks of its size, where it is on disk; otherwise noise of the network's shape. */
function stepSettings({ model, batch, threads, dataDirectory }: StepOptions): { settings: StepSettings; data: string } {
  const { name, inputSize: imageSize, classes } = describeNetwork(model);
  const cifarFolder = join(dataDirectory, datasetInfo('cifar10').folder);
  const real = imageSize === 32 && existsSync(join(cifarFolder, 'data_batch_1.bin'));
  // As many as CIFAR-10 has, or as many large images as fit in a corner of memory.
  const examples = Math.max(imageSize === 32 ? 50_000 : 512, batch);
  return {
    settings: {
      network: name,
      batch,
      threads,
      imageSize,
      classes,
      cifarFolder: real ? cifarFolder : null,
      examples,
      ...OPTIMIZER,
    },
    data: real ? 'CIFAR-10' : `${examples} synthetic images of ${imageSize}×${imageSize}`,
  };
}

async function requireQuietMachine({ force, onProgress }: StepOptions): Promise<number> {
  const load = await watchLoad();
  if (load <= BUSY_FRACTION) return load;
  const message = `other programs use ${(100 * load).toFixed(0)} % of this machine, which makes times meaningless`;
  if (!force) {
    throw new BenchmarkError(exitCodes.busy, `${message}; end them, or time anyway with --force`);
  }
  onProgress(`warning: ${message}`);
  return load;
}
