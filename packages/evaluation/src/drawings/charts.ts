import { seriesColor } from '@resnet-ts/report';
import { lineChart } from '@resnet-ts/report/charts';
import type { BlockDeletions } from '../analysis/delete-blocks.js';
import type { GradientNorm } from '../analysis/gradient-norms.js';
import type { LayerResponse } from '../analysis/layer-responses.js';
import type { Calibration } from '../metrics/calibration.js';

/** What was measured in one network, with its name for the legend. */
export interface Named<T> {
  readonly label: string;
  readonly values: readonly T[];
  /** As the paper's plain networks. */
  readonly dashed?: boolean | undefined;
}

/**
 * Figure 7: standard deviations of layer responses of several networks, in the order of the layers and sorted.
 *
 * @example
 * const networks = [{ label: 'resnet20', values: await layerResponses({ network, state, batches }) }];
 * const { byLayer, sorted } = responseCharts(networks);
 */
export function responseCharts(networks: readonly Named<LayerResponse>[]): { byLayer: string; sorted: string } {
  const panel = (label: string, order: (deviations: number[]) => number[]): string =>
    lineChart({
      x: { label },
      y: { label: 'standard deviation' },
      series: networks.map((network, index) => ({
        ...styleOf(network, index),
        points: order(network.values.map(({ deviation }) => deviation)).map((y, place) => ({ x: place + 1, y })),
      })),
      legend: true,
      height: 400,
    });
  return {
    byLayer: panel('layer', (deviations) => deviations),
    sorted: panel('layer, sorted', (deviations) => deviations.sort((a, b) => b - a)),
  };
}

/** Gradient norms of the convolutions of several networks, in the order of the layers, on a logarithmic axis. */
export function gradientNormChart(networks: readonly Named<GradientNorm>[]): string {
  return lineChart({
    x: { label: 'convolution' },
    y: { label: 'norm of the gradient', scale: 'log' },
    series: networks.map((network, index) => ({
      ...styleOf(network, index),
      points: network.values
        .filter(({ role }) => role === 'convolution-filter')
        .map(({ norm }, place) => ({ x: place + 1, y: norm })),
    })),
    legend: true,
    height: 400,
  });
}

/**
 * The error without each block, in the order of the network; dashed, the error of the whole network. Blocks that cannot be
 * deleted leave a gap in the numbering.
 *
 * @example
 * const svg = blockDeletionChart(await deleteBlocks({ network, state, batches }));
 */
export function blockDeletionChart({ top1Error, deletions }: BlockDeletions): string {
  const whole = { y: 100 * top1Error };
  return lineChart({
    x: { label: 'deleted block' },
    y: { label: 'top-1 error, %' },
    series: [
      {
        label: 'without the block',
        color: seriesColor(0),
        points: deletions.map(({ top1Error: without }, place) => ({
          x: place + 1,
          y: without === undefined ? Number.NaN : 100 * without,
        })),
        marked: true,
      },
      {
        label: 'whole network',
        color: seriesColor(1),
        points: [
          { x: 1, ...whole },
          { x: deletions.length, ...whole },
        ],
        dashed: true,
      },
    ],
    height: 400,
  });
}

function styleOf({ label, dashed = false }: Named<unknown>, index: number) {
  return { label, color: seriesColor(index), dashed };
}

/** Reliability diagram: accuracy over confidence, a dot a bin, and the diagonal of a network as sure as it is right. */
export function reliabilityDiagram({ bins }: Calibration): string {
  const filled = bins.filter(({ examples }) => examples > 0);
  return lineChart({
    x: { label: 'confidence', most: 1 },
    y: { label: 'accuracy', most: 1 },
    series: [
      {
        label: 'accuracy',
        color: seriesColor(0),
        points: filled.map(({ confidence, accuracy }) => ({ x: confidence, y: accuracy })),
        marked: true,
      },
      {
        label: 'as sure as right',
        color: seriesColor(6),
        points: [
          { x: 0, y: 0 },
          { x: 1, y: 1 },
        ],
        dashed: true,
      },
    ],
    // No legend: it would stand on the end of both lines.
    height: 400,
  });
}
