import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { choosePeers } from '../contenders/choose-contenders.js';
import type { Peer } from '../contenders/choose-contenders.js';
import { Field } from '../contenders/field.js';
import type { Candidate } from '../contenders/field.js';
import { nodeWorker } from '../contenders/node-worker.js';
import { missingPyTorch, pytorchName, pytorchWorker } from '../contenders/pytorch.js';
import { OURS } from '../contenders/step-candidates.js';
import type { KernelCase, KernelOperation } from '../kernels/kernel-case.js';
import { kernelCases } from '../kernels/kernel-cases.js';
import { interleave } from '../measure/interleave.js';
import { KERNEL_TOLERANCES, requireSameNorms } from '../measure/verify-norms.js';
import { memoryBandwidth } from '../measure/memory-bandwidth.js';
import { measurementOf } from '../report/measurement.js';
import { resultOf } from '../report/result.js';
import type { BenchmarkResult, Measurement } from '../report/result-schema.js';
import { limitsOf } from './limits.js';
import { onQuietMachine } from './quiet-machine.js';
import type { RunOptions } from './run-options.js';

export interface KernelsOptions extends RunOptions {
  readonly models: readonly string[];
  /** Images of each call. Default: the batch each network is judged at. */
  readonly batch?: number;
  /** Only these. Default: all. */
  readonly operations?: readonly KernelOperation[];
}

/**
 * Times every distinct convolution, batch norm and pooling of some networks, one kernel at a time, against the measured
 * limits of the machine: a roofline. A kernel is near its limit where either share is near 100 %; Winograd goes beyond.
 */
export async function benchmarkKernels(options: KernelsOptions): Promise<BenchmarkResult> {
  const { models, batch, operations, threads, rounds, turnSeconds, onProgress } = options;
  const all = models.flatMap((model) => kernelCases(model, batch));
  const wanted = all.filter(({ operation }) => operations === undefined || operations.includes(operation));
  const cases = [...new Map(wanted.map((one) => [one.subject, one])).values()];
  const candidates = kernelCandidates(options);
  const field = new Field<KernelCandidate>(onProgress);
  try {
    const { value, otherLoad } = await onQuietMachine(options, async () => {
      const memoryGigabytesPerSecond = await memoryBandwidth(threads);
      await field.start(candidates);
      const limits = { ...(await limitsOf(field.ours.process, threads)), memoryGigabytesPerSecond };
      const measurements: Measurement[] = [];
      for (const [index, kernelCase] of cases.entries()) {
        onProgress(`${index + 1} of ${cases.length}: ${kernelCase.subject}`);
        measurements.push(...(await timeCase(kernelCase, field, { rounds, turnSeconds }, limits)));
      }
      return { limits, measurements };
    });
    return resultOf({
      benchmark: 'kernels',
      command: options.command,
      settings: { models: models.join(','), threads, ...(batch === undefined ? {} : { batch }) },
      otherLoad,
      limits: value.limits,
      measurements: value.measurements,
      skipped: field.skipped,
      notes: ['bytes: every input read once, every output written once; what stays in a cache moves faster'],
    });
  } finally {
    field.close();
  }
}

async function timeCase(
  kernelCase: KernelCase,
  field: Field<KernelCandidate>,
  turn: { readonly rounds: number; readonly turnSeconds: number },
  limits: BenchmarkResult['limits'],
): Promise<Measurement[]> {
  if (field.peers.length > 0) await verifyCase(kernelCase, field);
  await field.ours.process.ask({ do: 'prepare', case: kernelCase });
  await field.prepare(async ({ process }) => {
    await process.ask({ do: 'prepare', case: kernelCase });
  });
  const { entrants } = field;
  const turns = await interleave(
    entrants.map(({ process }) => process),
    turn,
  );
  const { subject, batch, operations, bytes } = kernelCase;
  return entrants.flatMap(({ candidate, description }, index) => {
    const own = turns[index];
    if (own === undefined) return [];
    const work = { subject, contender: candidate.name, description, batch, turns: own, bytes, limits };
    // Of the process, not of the kernel.
    return [measurementOf({ ...work, withMemory: false, ...(operations > 0 ? { operations } : {}) })];
  });
}

/** Images that a kernel is verified on: few, since its inputs go through a file. */
const VERIFIED_IMAGES = 2;

/** Has every contender compute a case on the same inputs, and compares the lengths of what comes out. */
async function verifyCase(kernelCase: KernelCase, field: Field<KernelCandidate>): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), 'resnet-bench-'));
  try {
    const request = { case: { ...kernelCase, batch: VERIFIED_IMAGES }, file: join(folder, 'inputs.safetensors') };
    const ours = numbers((await field.ours.process.ask({ do: 'export', ...request }))['norms']);
    await field.prepare(async ({ candidate: { name, bfloat16 }, process }) => {
      const theirs = numbers((await process.ask({ do: 'verify', ...request }))['norms']);
      const tolerance = bfloat16 ? KERNEL_TOLERANCES.bfloat16 : KERNEL_TOLERANCES.float32;
      requireSameNorms({ subject: kernelCase.subject, ours, theirs, name, tolerance });
    });
  } finally {
    await rm(folder, { recursive: true });
  }
}

function numbers(value: unknown): number[] {
  if (!Array.isArray(value)) throw new RangeError(`expected lengths of outputs, received ${JSON.stringify(value)}`);
  return value.map((one) => (typeof one === 'number' ? one : Number.NaN));
}

interface KernelCandidate extends Candidate {
  readonly bfloat16: boolean;
}

function kernelCandidates({ contenders, python, threads }: KernelsOptions): KernelCandidate[] {
  const ours = { name: OURS, worker: 'kernel-worker', threads, settings: {} };
  return [
    { name: OURS, bfloat16: false, command: () => nodeWorker(ours) },
    ...choosePeers(contenders, 'float32').map((peer) => kernelPeer(peer, python, threads)),
  ];
}

function kernelPeer(peer: Peer, python: string, threads: number): KernelCandidate {
  if (peer.kind === 'pytorch' && !peer.variant.compiled) {
    const { variant } = peer;
    const worker = { python, script: 'pytorch_kernels', variant, threads, settings: { threads } };
    const { bfloat16 } = variant;
    const missing = missingPyTorch(python);
    return { name: pytorchName(variant), bfloat16, missing, command: () => pytorchWorker(worker) };
  }
  const name = peer.kind === 'pytorch' ? pytorchName(peer.variant) : peer.kind;
  const command = (): never => {
    throw new RangeError(`${name} has no kernels here`);
  };
  return { name, bfloat16: false, missing: 'kernels are timed of this repository and of eager PyTorch only', command };
}
