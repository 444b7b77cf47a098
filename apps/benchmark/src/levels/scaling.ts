import { networkTable } from '@resnet-ts/architectures';
import { resultOf } from '../report/result.js';
import type { BenchmarkResult } from '../report/result-schema.js';
import type { ContenderSettings, Precision } from '../settings.js';
import { contenderSettings } from './contender-settings.js';
import type { WorkOptions } from './contender-settings.js';
import { onQuietMachine } from './quiet-machine.js';
import type { RunOptions } from './run-options.js';
import { STEP_NOTES, timeStep } from './step.js';

/** What a training step grows with. */
export const SCALES = ['batch', 'depth', 'width', 'image-size', 'threads'] as const;

export type Scale = (typeof SCALES)[number];

export interface ScalingOptions extends RunOptions {
  readonly model: string;
  readonly batch: number;
  readonly precision: Precision;
  readonly scales: readonly Scale[];
}

/**
 * Times the training step along each scale, all else as asked for: speed and peak memory, each variant in a process of
 * its own.
 */
export async function benchmarkScaling(options: ScalingOptions): Promise<BenchmarkResult> {
  const { model, batch, precision, threads, scales, onProgress } = options;
  const variants = variantsOf(options);
  const { value, otherLoad } = await onQuietMachine(options, async () => {
    const measurements: BenchmarkResult['measurements'] = [];
    const skipped = new Map<string, BenchmarkResult['skipped'][number]>();
    const notes = new Set<string>(STEP_NOTES);
    for (const [scale, settings] of variants) {
      onProgress(`${scale}: ${settings.network}, batch ${settings.batch}, ${settings.threads} threads`);
      const timed = await timeStep(settings, options);
      measurements.push(...timed.measurements);
      for (const peer of timed.skipped) skipped.set(peer.contender, peer);
      for (const note of timed.notes) notes.add(note);
    }
    return { measurements, skipped: [...skipped.values()], notes: [...notes] };
  });
  return resultOf({
    benchmark: 'scaling',
    command: options.command,
    settings: { model, batch, precision, threads, scales: scales.join(',') },
    otherLoad,
    // Shares are of the peak on as many threads as the variant has.
    limits: {},
    ...value,
  });
}

/** Each variant once, in the order of the scales. */
export function variantsOf(options: ScalingOptions): (readonly [Scale, ContenderSettings])[] {
  const all = options.scales.flatMap((scale) =>
    changesOf(scale, options).map((change) => [scale, contenderSettings({ ...options, ...change })] as const),
  );
  return [...new Map(all.map((variant) => [JSON.stringify(variant[1]), variant])).values()];
}

const CIFAR_DEPTHS = [20, 32, 44, 56, 110];
const IMAGENET_DEPTHS = [18, 34, 50, 101, 152];

function changesOf(scale: Scale, { model, batch, threads }: ScalingOptions): Partial<WorkOptions>[] {
  const table = networkTable(model);
  const cifar = table.family.startsWith('cifar');
  switch (scale) {
    case 'batch':
      return [batch / 8, batch / 4, batch / 2, batch, batch * 2]
        .filter((images) => Number.isInteger(images))
        .map((images) => ({ batch: images }));
    case 'depth':
      return (cifar ? CIFAR_DEPTHS : IMAGENET_DEPTHS).map((depth) => ({ model: `resnet${depth}` }));
    case 'width':
      return [0.5, 1, 2].map((width) => ({ width }));
    case 'image-size':
      return (cifar ? [16, 32, 64] : [112, 160, 224]).map((imageSize) => ({ imageSize }));
    case 'threads':
      return [...powersOfTwoBelow(threads), threads].map((count) => ({ threads: count }));
  }
}

function powersOfTwoBelow(limit: number): number[] {
  const powers: number[] = [];
  for (let power = 1; power < limit; power *= 2) powers.push(power);
  return powers;
}
