import type { Command } from 'commander';
import { CONTENDERS_HELP } from '../contenders/choose-contenders.js';
import type { Precision } from '../settings.js';
import { deliverResult } from './deliver-result.js';
import { addSharedOptions, integers, precisionOption, runOptions } from './shared-options.js';
import type { SharedFlags } from './shared-options.js';

interface InferenceFlags extends SharedFlags {
  readonly model: string;
  readonly batches: readonly number[];
  readonly precision: Precision;
}

/** Adds `bench inference`. */
export function addInferenceCommand(program: Command, argv: readonly string[]): void {
  const command = program
    .command('inference')
    .description('images to logits, at batch 1 and 32')
    .option('--model <name>', 'network', 'resnet50')
    .option('--batches <images>', 'images at a time, separated by commas', integers(1, 4096), [1, 32])
    .addOption(precisionOption());
  addSharedOptions(command, { rounds: 9, turnSeconds: 2, contenders: 'pytorch,onnxruntime,openvino' })
    .addHelpText(
      'after',
      `${CONTENDERS_HELP}

Examples:
  resnet bench inference --model resnet50 --python ~/torch/bin/python
  resnet bench inference --model resnet20 --batches 1 --contenders tfjs-wasm,onnxruntime`,
    )
    .action(async (flags: InferenceFlags) => {
      const { benchmarkInference } = await import('../levels/inference.js');
      const { model, batches, precision } = flags;
      await deliverResult(await benchmarkInference({ ...runOptions(flags, argv), model, batches, precision }), flags);
    });
}
