import { availableParallelism, cpus, totalmem } from 'node:os';
import * as tf from '@tensorflow/tfjs-core';
import { kernelsOf, type KernelSource } from '../backend/kernel-matrix.js';
import { backendNames, probeBackend, registeredName, type BackendProbe } from '../backend/probe-backend.js';
import type { DoctorOptions } from '../commands/doctor.js';
import { formatBytes } from '../format.js';
import { createOutput } from '../output.js';
import { formatTable } from '../table.js';

type Diagnosis = BackendProbe & {
  /** What runs each operation; absent where the backend cannot be used. */
  readonly kernels?: Readonly<Record<string, KernelSource>>;
};

/** Threads, instruction sets and peak of the native backend; nothing where it is not loaded. */
async function examineNative({ threads, peak }: DoctorOptions) {
  const { measurePeak, nativeStatus, setThreads } = await import('@resnet-ts/backend-native');
  if (!nativeStatus().loaded) return undefined;
  if (threads !== undefined) setThreads(threads);
  const status = nativeStatus();
  if (!status.loaded) return undefined;
  const { instructionSet, instructionSets, bfloat16, convolution } = status;
  return {
    instructionSet,
    instructionSets,
    bfloat16,
    convolution,
    threads: status.threads,
    ...(peak ? { peakGigaflops: measurePeak() } : {}),
  };
}

const machine = () => ({
  node: process.versions.node,
  platform: `${process.platform} ${process.arch}`,
  processor: cpus()[0]?.model.trim() ?? 'unknown',
  cores: availableParallelism(),
  memoryBytes: totalmem(),
});

async function examineBackends(): Promise<readonly Diagnosis[]> {
  const backends: Diagnosis[] = [];
  for (const name of backendNames) {
    const probe = await probeBackend(name);
    backends.push(probe.usable ? { ...probe, kernels: kernelsOf(registeredName(name)) } : probe);
  }
  return backends;
}

/** `resnet doctor`: everything that decides what a training here will run on. */
export async function doctorAction(options: DoctorOptions): Promise<void> {
  tf.enableProdMode();
  const backends = await examineBackends();
  const selected = backends.find((backend) => backend.usable)?.name;
  const native = await examineNative(options);
  const report = { ...machine(), selected, backends, ...(native === undefined ? {} : { native }) };
  createOutput(options.json ?? false).result(report, () => {
    const lines = [
      `Node ${report.node} on ${report.platform}, ${report.cores} cores (${report.processor}), ${formatBytes(report.memoryBytes)}`,
      '',
      ...backends.flatMap(describeDiagnosis),
      `--backend auto takes ${String(selected)}`,
    ];
    if (native !== undefined) {
      const sets = native.instructionSets.map(({ name, supported }) =>
        supported ? name : `${name} (not on this processor)`,
      );
      lines.push('', `native: ${native.instructionSet}, ${native.threads} threads; built for ${sets.join(', ')}`);
      const dotProducts = native.bfloat16.length === 0 ? 'none' : `${native.bfloat16.join(', ')}, not used yet`;
      lines.push(`native: convolution ${native.convolution}; bfloat16 dot products of this processor: ${dotProducts}`);
      if (native.peakGigaflops !== undefined) {
        const { oneThread, allThreads } = native.peakGigaflops;
        lines.push(
          `native: multiply-add peak ${oneThread.toFixed(0)} GFLOP/s on one thread, ${allThreads.toFixed(0)} on all`,
        );
      }
    }
    return [...lines, '', kernelTable(backends)].join('\n');
  });
}

function describeDiagnosis(backend: Diagnosis): readonly string[] {
  if (backend.usable) return [`${backend.name.padEnd(7)} works`];
  const remedies = backend.remedies.map((remedy) => `${' '.repeat(8)}to do: ${remedy}`);
  return [`${backend.name.padEnd(7)} cannot be used: ${backend.reason}`, ...remedies];
}

function kernelTable(backends: readonly Diagnosis[]): string {
  const usable = backends.filter((backend) => backend.kernels !== undefined);
  const operations = Object.keys(usable[0]?.kernels ?? {});
  return formatTable(
    [{ head: 'operation' }, ...usable.map(({ name }) => ({ head: name }))],
    operations.map((operation) => [operation, ...usable.map(({ kernels }) => kernels?.[operation] ?? '')]),
  );
}
