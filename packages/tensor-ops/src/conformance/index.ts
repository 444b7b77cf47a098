export { operationsConformance } from './operations-conformance.js';
export type { ConformanceOptions } from './operations-conformance.js';
