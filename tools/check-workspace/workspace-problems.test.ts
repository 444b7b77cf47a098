import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { workspaceProblems } from './workspace-problems.ts';

const layers = {
  layers: { 'layer:ops': [], 'layer:train': ['layer:ops'], 'layer:test': [] },
  testLayers: ['layer:test'],
};

let root = '';
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'workspace-'));
});
afterEach(() => {
  rmSync(root, { recursive: true });
});

function writeMember(folder: string, layer: string, more: object = {}, references: string[] = []): void {
  mkdirSync(join(root, folder), { recursive: true });
  const name = `@resnet-ts/${folder.split('/')[1] ?? ''}`;
  const manifest = { name, license: 'MIT', engines: { node: '>=20.19' }, nx: { tags: [layer] }, ...more };
  writeFileSync(join(root, folder, 'package.json'), JSON.stringify(manifest));
  writeReferences(folder, references);
}

function writeReferences(folder: string, references: string[]): void {
  writeFileSync(
    join(root, folder, 'tsconfig.json'),
    JSON.stringify({ references: references.map((path) => ({ path })) }),
  );
}

describe('workspaceProblems', () => {
  it('finds none where dependencies, references and tags agree', () => {
    writeMember('packages/ops', 'layer:ops');
    writeMember('packages/train', 'layer:train', { dependencies: { '@resnet-ts/ops': 'workspace:*' } }, ['../ops']);
    writeReferences('.', ['packages/ops', 'packages/train']);
    expect(workspaceProblems(root, layers)).toEqual([]);
  });

  it('names a dependency that points downwards', () => {
    writeMember('packages/train', 'layer:train');
    writeMember('packages/ops', 'layer:ops', { dependencies: { '@resnet-ts/train': 'workspace:*' } }, ['../train']);
    writeReferences('.', ['packages/ops', 'packages/train']);
    expect(workspaceProblems(root, layers)).toEqual([
      'packages/ops/package.json: layer:ops must not depend on @resnet-ts/train (layer:train)',
    ]);
  });

  it('names references that are missing or too many', () => {
    writeMember('packages/ops', 'layer:ops', {}, ['../train']);
    writeMember('packages/train', 'layer:train', { dependencies: { '@resnet-ts/ops': 'workspace:*' } });
    writeReferences('.', ['packages/ops']);
    expect(workspaceProblems(root, layers)).toEqual([
      'packages/ops/tsconfig.json: drop the reference to packages/train, which package.json does not depend on',
      'packages/train/tsconfig.json: add a reference to packages/ops, a dependency in package.json',
      'tsconfig.json: add a reference to packages/train',
    ]);
  });

  it('names test helpers among ordinary dependencies, unknown tags and versions that differ', () => {
    writeMember('packages/helpers', 'layer:test', { devDependencies: { zod: '^4.0.0' } });
    writeMember('packages/ops', 'layer:ops', { dependencies: { zod: '4.6.7' } });
    writeMember('packages/other', 'layer:none');
    writeMember('packages/train', 'layer:train', { dependencies: { '@resnet-ts/helpers': 'workspace:*' } }, [
      '../helpers',
    ]);
    writeReferences('.', ['packages/helpers', 'packages/ops', 'packages/other', 'packages/train']);
    expect(workspaceProblems(root, layers)).toEqual([
      'packages/other/package.json: expected one tag of tools/eslint/layers.json under nx.tags, received layer:none',
      'packages/train/package.json: layer:train must not depend on @resnet-ts/helpers (layer:test)',
      'packages/helpers/package.json: expected an exact version of zod, received ^4.0.0',
      'packages/ops/package.json: zod 4.6.7 differs from ^4.0.0 in packages/helpers/package.json',
    ]);
  });
});
