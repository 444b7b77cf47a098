export { checkGradients } from './check-gradients.js';
export type { GradientCheck } from './check-gradients.js';
export { deriveTolerance } from './derive-tolerance.js';
export { compareValues, expectTensorsClose } from './expect-tensors-close.js';
export type { Closeness, Comparable, Comparison, Tolerance } from './expect-tensors-close.js';
export { expectNoLeaks } from './no-leaks.js';
export { seededTensor, seededValues } from './seeded-values.js';
export type { SeededOptions } from './seeded-values.js';
export { setupBackend } from './setup-backend.js';
export { weightedSum } from './weighted-sum.js';
export type { Array64 } from './float64/array64.js';
export {
  averagePool64,
  biasAdd64,
  convolution64,
  globalAveragePool64,
  linear64,
  maxPool64,
  normalize64,
  relu64,
  softmaxCrossEntropy64,
  statistics64,
  zeroPadShortcut64,
} from './float64/operations.js';
