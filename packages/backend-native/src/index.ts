import { registerNativeBackend } from './register-native-backend.js';

// Like every tfjs backend package, importing this one registers its backend; a missing addon is reported by
// `nativeStatus()` and not thrown, so that a program can fall back.
registerNativeBackend();

export { BACKEND_NAME, registerNativeBackend } from './register-native-backend.js';
export { loadNative } from './load-addon.js';
export { nativeStatus } from './native-status.js';
export type { NativeStatus } from './native-status.js';
export { formatLoadFailure } from './explain-load-failure.js';
export type { LoadAttempt, LoadFailure } from './explain-load-failure.js';
export { runPrecision } from './run-precision.js';
export type { Precision, RunPrecision } from './run-precision.js';
export { setConvolutionAlgorithm } from './set-convolution-algorithm.js';
export type { ConvolutionAlgorithm } from '@resnet-ts/backend-core';
export { setThreads } from './set-threads.js';
export { measurePeak } from './measure-peak.js';
export { NativeBackend } from './native-backend.js';
export type { NativeMemory } from './native-backend.js';
export type { PoolStatistics } from '@resnet-ts/backend-core';
export type { InstructionSet, NativeAddon, PeakRates } from './addon.js';
