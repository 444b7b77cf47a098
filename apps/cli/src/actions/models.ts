import { describeNetwork, networkNames } from '@resnet-ts/architectures';
import { formatCount } from '../format.js';
import { createOutput } from '../output.js';
import { formatTable } from '../table.js';

/** `resnet models`: one line a network, counted from its table; no tensor is made. */
export function modelsAction({ json = false }: { json?: boolean }): void {
  const models = networkNames().map((name) => {
    const { family, depth, parameters, multiplyAdds, inputSize, classes, shortcut, stride } = describeNetwork(name);
    return { name, family, depth, parameters, multiplyAdds, inputSize, classes, shortcut, stride };
  });
  createOutput(json).result(models, () =>
    formatTable(
      [
        { head: 'name' },
        { head: 'family' },
        { head: 'parameters', align: 'right' },
        { head: 'multiply-adds', align: 'right' },
        { head: 'input', align: 'right' },
        { head: 'shortcut' },
        { head: 'stride' },
      ],
      models.map((model) => [
        model.name,
        model.family,
        formatCount(model.parameters),
        formatCount(model.multiplyAdds),
        `${model.inputSize}²`,
        model.shortcut,
        model.stride,
      ]),
    ),
  );
}
