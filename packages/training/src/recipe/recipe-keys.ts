import { recipeSchema } from './recipe-schema.js';

/** The part of a zod schema that this walk reads. */
interface SchemaNode {
  readonly def: {
    readonly type: string;
    readonly shape?: Readonly<Record<string, SchemaNode>>;
    readonly options?: readonly SchemaNode[];
    readonly innerType?: SchemaNode;
    readonly element?: SchemaNode;
  };
}

function children(node: SchemaNode, key: PropertyKey): readonly SchemaNode[] {
  if (node.def.innerType !== undefined) return children(node.def.innerType, key);
  if (node.def.options !== undefined) return node.def.options.flatMap((option) => children(option, key));
  if (typeof key === 'number') return node.def.element === undefined ? [] : [node.def.element];
  const child = node.def.shape?.[String(key)];
  return child === undefined ? [] : [child];
}

function keys(node: SchemaNode): readonly string[] {
  if (node.def.innerType !== undefined) return keys(node.def.innerType);
  if (node.def.options !== undefined) return node.def.options.flatMap(keys);
  return Object.keys(node.def.shape ?? {});
}

/** The keys a recipe may have at `path`, over all variants of a union; empty where the path leads nowhere. */
export function recipeKeysAt(path: readonly PropertyKey[]): readonly string[] {
  let nodes: readonly SchemaNode[] = [recipeSchema as SchemaNode];
  for (const key of path) nodes = nodes.flatMap((node) => children(node, key));
  return [...new Set(nodes.flatMap(keys))];
}
