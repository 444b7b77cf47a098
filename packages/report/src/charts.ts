// An entry of its own: the libraries behind it take half a second to load.
export { lineChart } from './line-chart.js';
export type { Axis, LineChart, LineSeries } from './line-chart.js';
