import { defineConfig } from 'vitest/config';

const source = ['@resnet-ts/source', 'module', 'node', 'import', 'default'];

// Tests run the sources of every workspace package, unbuilt, through the source condition of their exports.
export default defineConfig({
  resolve: { conditions: source },
  ssr: { resolve: { conditions: source } },
  test: {
    projects: ['packages/*', 'apps/*'].map((folder) => `${folder}/vitest.config.ts`).concat('tools/vitest.config.ts'),
  },
});
