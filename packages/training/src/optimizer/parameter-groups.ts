import { ArgumentError, expected, type ParameterSpec } from '@resnet-ts/tensor-ops';
import type { Optimizer } from '../recipe/optimizer-schema.js';

type Parameter = Pick<ParameterSpec, 'name' | 'role'>;

/** Parameters that are treated in a way of their own. */
export type ParameterGroup = NonNullable<Optimizer['groups']>[number];

/** The first group that a parameter belongs to, or undefined. */
export function groupOf(parameter: Parameter, { groups = [] }: Pick<Optimizer, 'groups'>): ParameterGroup | undefined {
  return groups.find((group) => belongs(parameter, group));
}

/** What the learning rate of each parameter is multiplied by, in the order given. */
export function rateScales(parameters: readonly Parameter[], optimizer: Pick<Optimizer, 'groups'>): number[] {
  return parameters.map((parameter) => groupOf(parameter, optimizer)?.rateScale ?? 1);
}

/**
 * Refuses a group that no parameter of the network belongs to: a misspelt name would otherwise change nothing.
 *
 * @throws ArgumentError naming the group
 */
export function checkGroups(
  network: { readonly name: string; readonly parameters: readonly Parameter[] },
  { groups = [] }: Pick<Optimizer, 'groups'>,
): void {
  groups.forEach((group, index) => {
    if (network.parameters.some((parameter) => belongs(parameter, group))) return;
    const wanted = `roles and names that a parameter of ${network.name} has`;
    throw new ArgumentError(expected(wanted, `optimizer.groups[${index}]`, JSON.stringify(group)));
  });
}

function belongs({ name, role }: Parameter, { roles, names }: ParameterGroup): boolean {
  return (roles === undefined || roles.includes(role)) && (names === undefined || matches(name, names));
}

/** Each part between two `*` is looked for after the one before it; no pattern takes longer than its text. */
function matches(name: string, pattern: string): boolean {
  const parts = pattern.split('*');
  const [first = '', last = ''] = [parts[0], parts.at(-1)];
  if (parts.length === 1) return name === pattern;
  if (!name.startsWith(first) || !name.endsWith(last) || name.length < first.length + last.length) return false;
  let from = first.length;
  for (const part of parts.slice(1, -1)) {
    const at = name.indexOf(part, from);
    if (at < 0) return false;
    from = at + part.length;
  }
  return from <= name.length - last.length;
}
