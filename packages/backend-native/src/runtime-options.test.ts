import { availableParallelism } from 'node:os';
import { expect, it } from 'vitest';
import {
  checkThreads,
  convolutionFromEnvironment,
  instructionSetFromEnvironment,
  threadsFromEnvironment,
} from './runtime-options.js';
import { runPrecision } from './run-precision.js';

const sets = [
  { name: 'avx512', supported: false },
  { name: 'avx2', supported: true },
  { name: 'reference', supported: true },
];

it('takes RESNET_THREADS, or every core', () => {
  expect(threadsFromEnvironment({ RESNET_THREADS: '3' })).toBe(3);
  expect(threadsFromEnvironment({})).toBe(availableParallelism());
  expect(threadsFromEnvironment({ RESNET_THREADS: '' })).toBe(availableParallelism());
});

it.each(['0', '-1', '1.5', '1e9', 'many', '2000'])('refuses RESNET_THREADS=%s', (value) => {
  expect(() => threadsFromEnvironment({ RESNET_THREADS: value })).toThrow(
    /expected an integer from 1 to 1024 for RESNET_THREADS, received .*; leave it out/,
  );
});

it.each([0, 1.5, NaN, '2', undefined])('refuses %s threads', (threads) => {
  expect(() => checkThreads(threads, 'threads')).toThrow(/expected an integer from 1 to 1024 for threads/);
});

it('takes RESNET_ISA where this processor has it', () => {
  expect(instructionSetFromEnvironment({ RESNET_ISA: 'avx2' }, sets)).toBe('avx2');
  expect(instructionSetFromEnvironment({}, sets)).toBeUndefined();
});

it('refuses a set that is unknown or not supported, naming those that are', () => {
  expect(() => instructionSetFromEnvironment({ RESNET_ISA: 'avx512' }, sets)).toThrow(
    'expected an instruction set this processor has for RESNET_ISA, received "avx512"; use one of avx2, reference, or leave it out',
  );
  expect(() => instructionSetFromEnvironment({ RESNET_ISA: 'sse9' }, sets)).toThrow(/an instruction set of this build/);
});

it('takes RESNET_CONVOLUTION, or fast, and refuses anything else', () => {
  expect(convolutionFromEnvironment({ RESNET_CONVOLUTION: 'direct' })).toBe('direct');
  expect(convolutionFromEnvironment({ RESNET_CONVOLUTION: '' })).toBe('fast');
  expect(convolutionFromEnvironment({})).toBe('fast');
  expect(() => convolutionFromEnvironment({ RESNET_CONVOLUTION: 'winograd' })).toThrow(
    'expected "fast" or "direct" for RESNET_CONVOLUTION, received "winograd"',
  );
});

it('runs in float32 whatever is asked for, and says why', () => {
  expect(runPrecision('float32', ['amx_bf16'])).toEqual({ precision: 'float32' });
  expect(runPrecision('bf16-mixed', [])).toEqual({
    precision: 'float32',
    reason: 'this processor has no bfloat16 dot products (AVX512-BF16 or AMX)',
  });
  expect(runPrecision('bf16-mixed', ['avx512_bf16', 'amx_bf16'])).toEqual({
    precision: 'float32',
    reason: 'this processor has bfloat16 dot products (avx512_bf16, amx_bf16), but no bf16 kernels are built yet',
  });
});
