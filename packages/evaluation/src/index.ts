export { evaluate } from './evaluate.js';
export type { EvaluateOptions } from './evaluate.js';
export type { EvaluationReport } from './evaluation-report.js';
export { MetricsAccumulator } from './metrics-accumulator.js';
export { rankOfLabel } from './rank-of-label.js';
export { predictedClass } from './predicted-class.js';
export { crossEntropy } from './cross-entropy.js';
export { confusionRows, formatPercent, perClassRows, summaryRows } from './report-rows.js';
export type { Rows } from './report-rows.js';
