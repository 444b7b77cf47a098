import { describeNetwork, networkNames } from '@resnet-ts/architectures';
import { ArgumentError, expected, nearestName } from '@resnet-ts/tensor-ops';
import { formatCount } from '../format.js';
import { createOutput } from '../output.js';
import { formatTable } from '../table.js';

/**
 * `resnet models`: one line a network, counted from its table; no tensor is made.
 *
 * @throws ArgumentError for a family that no network is of
 */
export function modelsAction({ json = false, family: wanted }: { json?: boolean; family?: string }): void {
  const all = networkNames().map((name) => {
    const { family, depth, parameters, multiplyAdds, inputSize, classes, shortcut, stride } = describeNetwork(name);
    return { name, family, depth, parameters, multiplyAdds, inputSize, classes, shortcut, stride };
  });
  const families = [...new Set(all.map(({ family }) => family))];
  if (wanted !== undefined && !families.some((family) => family === wanted)) {
    const near = nearestName(wanted, families);
    const remedy = near === undefined ? undefined : `did you mean ${near}?`;
    throw new ArgumentError(expected(`one of ${families.join(', ')}`, '--family', wanted, remedy));
  }
  const models = wanted === undefined ? all : all.filter(({ family }) => family === wanted);
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
