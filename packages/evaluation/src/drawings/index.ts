// An entry of its own: the libraries behind the charts take half a second to load.
export { blockDeletionChart, gradientNormChart, reliabilityDiagram, responseCharts } from './charts.js';
export type { Named } from './charts.js';
export { confusionMatrixSvg } from './confusion-matrix-svg.js';
export { evaluationPage } from './evaluation-page.js';
export type { EvaluationPageOptions } from './evaluation-page.js';
export { heatMapSvg } from './heat-map-svg.js';
export type { HeatMapSvgOptions } from './heat-map-svg.js';
export { paintFeatureMaps, paintOverlay } from './paint.js';
export type { Picture } from './paint.js';
