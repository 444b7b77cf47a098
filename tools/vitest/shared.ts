import { defineProject } from 'vitest/config';

const conditions = ['@resnet-ts/source', 'module', 'node', 'import', 'default'];

/** What every package's tests share: sources through the source condition, one process per file, long numeric tests. */
export default defineProject({
  resolve: { conditions },
  ssr: { resolve: { conditions } },
  test: {
    include: ['src/**/*.test.ts', 'tests/**/*.test.ts'],
    pool: 'forks',
    testTimeout: 120_000,
    hookTimeout: 120_000,
  },
});
