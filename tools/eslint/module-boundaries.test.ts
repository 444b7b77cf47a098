import { ESLint } from 'eslint';
import tseslint from 'typescript-eslint';
import { describe, expect, it } from 'vitest';

const root = new URL('../../', import.meta.url).pathname;

/** The workspace's own configuration, without the rules that need a type-checked program: the files below do not exist. */
const eslint = new ESLint({
  cwd: root,
  overrideConfig: [
    { files: ['**/*.ts'], ...tseslint.configs.disableTypeChecked },
    { files: ['**/*.ts'], languageOptions: { parserOptions: { project: null } } },
  ],
});

async function boundaryErrors(filePath: string, code: string): Promise<string[]> {
  const [result] = await eslint.lintText(code, { filePath: `${root}${filePath}` });
  return (result?.messages ?? [])
    .filter((message) => message.fatal === true || message.ruleId === '@nx/enforce-module-boundaries')
    .map((message) => message.message);
}

const importOf = (name: string) => `import * as other from '${name}';\nexport const used = other;\n`;

describe('module boundaries', () => {
  it.each([
    ['packages/architectures/src/fine.ts', '@resnet-ts/residual-blocks'],
    ['packages/training/src/fine.ts', '@resnet-ts/tensor-ops'],
    ['packages/training/src/fine.test.ts', '@resnet-ts/test-utils'],
    ['apps/cli/src/fine.ts', '@resnet-ts/data-pipelines'],
  ])('let %s import %s', async (filePath, name) => {
    expect(await boundaryErrors(filePath, importOf(name))).toEqual([]);
  });

  it.each([
    ['a sibling', 'packages/training/src/wrong.ts', '@resnet-ts/data-pipelines'],
    ['a higher layer', 'packages/residual-blocks/src/wrong.ts', '@resnet-ts/architectures'],
    ['the native backend', 'packages/architectures/src/wrong.ts', '@resnet-ts/backend-native'],
    ['an app', 'packages/evaluation/src/wrong.ts', '@resnet-ts/cli'],
    ['the test helpers, outside a test', 'packages/training/src/wrong.ts', '@resnet-ts/test-utils'],
    ['a sibling, in a test too', 'packages/training/src/wrong.test.ts', '@resnet-ts/data-pipelines'],
  ])('refuse %s', async (_what, filePath, name) => {
    const errors = await boundaryErrors(filePath, importOf(name));
    expect(errors).toHaveLength(1);
    expect(errors[0]).toMatch(/can only depend on|Circular dependency/);
  });

  it('refuse a cycle', async () => {
    const errors = await boundaryErrors('packages/tensor-ops/src/wrong.ts', importOf('@resnet-ts/residual-blocks'));
    expect(errors.join('\n')).toMatch(/Circular dependency|can only depend on/);
  });

  it('refuse a relative import of another package', async () => {
    const errors = await boundaryErrors(
      'packages/architectures/src/wrong.ts',
      importOf('../../residual-blocks/src/index.js'),
    );
    expect(errors.join('\n')).toMatch(/relative|absolute/i);
  });
});
