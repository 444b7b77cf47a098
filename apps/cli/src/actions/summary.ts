import { describeNetwork, layerTable } from '@resnet-ts/architectures';
import { formatCount } from '../format.js';
import { createOutput } from '../output.js';
import { formatTable } from '../table.js';

const formatShape = (shape: readonly number[]): string => shape.join('×');

/** `resnet summary <model>`: the layers in the order the data passes them, and their sums. */
export function summaryAction(model: string, { json = false }: { json?: boolean }): void {
  const description = describeNetwork(model);
  const layers = layerTable(model);
  createOutput(json).result({ ...description, layers }, () => {
    const rows = layers.map((layer) => [
      layer.name,
      layer.kind,
      formatShape(layer.inputShape),
      formatShape(layer.outputShape),
      formatCount(layer.parameters),
      formatCount(layer.multiplyAdds),
    ]);
    const total = ['total', '', '', '', formatCount(description.parameters), formatCount(description.multiplyAdds)];
    const head = `${description.name}: ${description.family}, shortcut ${description.shortcut}, stride ${description.stride}, ${description.classes} classes`;
    const table = formatTable(
      [
        { head: 'layer' },
        { head: 'kind' },
        { head: 'input' },
        { head: 'output' },
        { head: 'parameters', align: 'right' },
        { head: 'multiply-adds', align: 'right' },
      ],
      [...rows, total],
    );
    return `${head}\n\n${table}`;
  });
}
