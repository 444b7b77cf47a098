import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join, relative } from 'node:path';

interface Manifest {
  readonly name: string;
  readonly license?: string;
  readonly private?: boolean;
  readonly engines?: { readonly node?: string };
  readonly dependencies?: Readonly<Record<string, string>>;
  readonly devDependencies?: Readonly<Record<string, string>>;
  readonly nx?: { readonly tags?: readonly string[] };
}

interface Layers {
  /** From a layer's tag to the tags it may depend on. */
  readonly layers: Readonly<Record<string, readonly string[]>>;
  /** What devDependencies may name on top: used by tests only. */
  readonly testLayers: readonly string[];
}

interface Member {
  readonly folder: string;
  readonly manifest: Manifest;
  readonly layer: string | undefined;
  readonly references: readonly string[];
}

const readJson = (path: string): unknown => JSON.parse(readFileSync(path, 'utf8'));

function readReferences(root: string, folder: string): string[] {
  const path = join(root, folder, 'tsconfig.json');
  if (!existsSync(path)) return [];
  const { references = [] } = readJson(path) as { references?: { path: string }[] };
  return references.map((reference) => relative(root, join(root, folder, reference.path)));
}

function readMembers(root: string): Member[] {
  return ['packages', 'apps']
    .filter((group) => existsSync(join(root, group)))
    .flatMap((group) => readdirSync(join(root, group)).map((name) => `${group}/${name}`))
    .filter((folder) => existsSync(join(root, folder, 'package.json')))
    .map((folder) => {
      const manifest = readJson(join(root, folder, 'package.json')) as Manifest;
      const layer = manifest.nx?.tags?.find((tag) => tag.startsWith('layer:'));
      return { folder, manifest, layer, references: readReferences(root, folder) };
    });
}

/**
 * Checks that the places that state the direction of dependencies agree: package.json dependencies, tsconfig
 * references and nx tags, all against the table in `tools/eslint/layers.json`; and that packages agree on Node,
 * licence and the versions of what they share.
 *
 * @param root folder of the workspace
 * @returns one sentence per problem, each with its file; empty when all is well
 */
export function workspaceProblems(root: string, { layers, testLayers }: Layers): string[] {
  const members = readMembers(root);
  const byName = new Map(members.map((member) => [member.manifest.name, member]));
  const problems: string[] = [];

  for (const { folder, manifest, layer, references } of members) {
    const file = `${folder}/package.json`;
    if (layer === undefined || layers[layer] === undefined) {
      problems.push(`${file}: expected one tag of tools/eslint/layers.json under nx.tags, received ${String(layer)}`);
      continue;
    }
    if (manifest.license !== 'MIT')
      problems.push(`${file}: expected license MIT, received ${String(manifest.license)}`);
    if (manifest.engines?.node !== '>=20.19') problems.push(`${file}: expected engines.node >=20.19`);

    const own = Object.keys(manifest.dependencies ?? {}).flatMap((name) => byName.get(name) ?? []);
    const ownForTests = Object.keys(manifest.devDependencies ?? {}).flatMap((name) => byName.get(name) ?? []);
    const allowed = [layer, ...(layers[layer] ?? [])];
    for (const other of own) {
      if (!allowed.includes(other.layer ?? '')) {
        problems.push(`${file}: ${layer} must not depend on ${other.manifest.name} (${String(other.layer)})`);
      }
    }
    for (const other of ownForTests) {
      if (![...allowed, ...testLayers].includes(other.layer ?? '')) {
        problems.push(`${file}: tests of ${layer} must not use ${other.manifest.name} (${String(other.layer)})`);
      }
    }

    const wanted = own.map((other) => other.folder);
    for (const missing of wanted.filter((path) => !references.includes(path))) {
      problems.push(`${folder}/tsconfig.json: add a reference to ${missing}, a dependency in package.json`);
    }
    for (const extra of references.filter((path) => !wanted.includes(path))) {
      problems.push(`${folder}/tsconfig.json: drop the reference to ${extra}, which package.json does not depend on`);
    }
  }

  const built = readReferences(root, '.');
  for (const { folder } of members) {
    if (existsSync(join(root, folder, 'tsconfig.json')) && !built.includes(folder)) {
      problems.push(`tsconfig.json: add a reference to ${folder}`);
    }
  }
  return [...problems, ...versionProblems(members)];
}

/** Everything but peers is pinned, and pinned to the same version everywhere: two copies of tfjs-core do not share tensors. */
function versionProblems(members: readonly Member[]): string[] {
  const problems: string[] = [];
  const seen = new Map<string, { version: string; file: string }>();
  for (const { folder, manifest } of members) {
    const file = `${folder}/package.json`;
    for (const [name, version] of Object.entries({ ...manifest.dependencies, ...manifest.devDependencies })) {
      if (version.startsWith('workspace:')) continue;
      if (!/^\d/.test(version)) problems.push(`${file}: expected an exact version of ${name}, received ${version}`);
      const first = seen.get(name) ?? { version, file };
      seen.set(name, first);
      if (first.version !== version) {
        problems.push(`${file}: ${name} ${version} differs from ${first.version} in ${first.file}`);
      }
    }
  }
  return problems;
}
