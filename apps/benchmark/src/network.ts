import { countMultiplyAdds, createNetwork, layerTable, networkTable } from '@resnet-ts/architectures';
import type { LayerRow, NetworkTable } from '@resnet-ts/architectures';
import { ArgumentError, expected } from '@resnet-ts/tensor-ops';
import type { ImageClassifier } from '@resnet-ts/tensor-ops';
import type { ContenderSettings } from './settings.js';

type NetworkSettings = Pick<ContenderSettings, 'network' | 'width' | 'imageSize' | 'classes'>;

/**
 * The table of a network whose layers all have `width` times the channels.
 *
 * @throws ArgumentError for an unknown name, or a width that leaves a layer without a whole number of channels
 */
export function widenedTable(network: string, width: number): NetworkTable {
  const table = networkTable(network);
  if (width === 1) return table;
  const scaled = (channels: number): number => {
    if (width > 0 && Number.isInteger(channels * width)) return channels * width;
    throw new ArgumentError(expected(`a factor that leaves ${channels} channels a whole number`, 'width', width));
  };
  if (table.kind === 'vgg') throw new ArgumentError(expected('a residual or plain network', 'network', network));
  const stages = table.stages.map((stage) => ({ ...stage, channels: scaled(stage.channels) }));
  return { ...table, stem: { ...table.stem, channels: scaled(table.stem.channels) }, stages };
}

const options = ({ imageSize, classes }: NetworkSettings) =>
  ({ classes, inputShape: [imageSize, imageSize, 3] }) as const;

export function networkOf(settings: NetworkSettings): ImageClassifier {
  return createNetwork(widenedTable(settings.network, settings.width), options(settings));
}

export function layersOf(settings: NetworkSettings): readonly LayerRow[] {
  return layerTable(widenedTable(settings.network, settings.width), options(settings));
}

/**
 * Floating-point operations of direct convolution for one image, whatever algorithm is used: two for each multiply-add
 * of the forward pass (the paper's count). A training step does that three times, for the output, the data gradient and
 * the filter gradient, except that nobody computes the data gradient of the first convolution.
 */
export function operationsOf(settings: NetworkSettings, pass: 'training' | 'inference'): number {
  const layers = layersOf(settings);
  const all = countMultiplyAdds(layers);
  if (pass === 'inference') return 2 * all;
  const first = layers.find(({ kind }) => kind === 'convolution')?.multiplyAdds ?? 0;
  return 2 * (3 * all - first);
}
