import nx from '@nx/eslint-plugin';
import { createProjectGraphAsync } from 'nx/src/project-graph/project-graph.js';
import tseslint from 'typescript-eslint';
import { moduleBoundaries } from './tools/eslint/module-boundaries.js';

// The boundary rule reads the graph from nx's cache and silently passes everything where there is none, as in a fresh
// clone; this writes it, and brings it up to date where packages have changed.
process.env.NX_DAEMON = 'false';
await createProjectGraphAsync({ exitOnError: true });

export default tseslint.config(
  {
    ignores: ['**/dist/**', '**/build/**', '**/node_modules/**', '**/__fixtures__/**', '.nx/**', 'runs/**', 'data/**'],
  },
  {
    files: ['**/*.ts'],
    extends: [tseslint.configs.strict],
    languageOptions: {
      // One program over sources, tests and tools: about three times faster than one per package.
      parserOptions: { project: './tsconfig.check.json', tsconfigRootDir: import.meta.dirname },
    },
    rules: {
      eqeqeq: 'error',
      'no-console': 'error',
      '@typescript-eslint/await-thenable': 'error',
      '@typescript-eslint/consistent-type-imports': 'error',
      '@typescript-eslint/no-floating-promises': 'error',
      '@typescript-eslint/no-misused-promises': 'error',
      '@typescript-eslint/switch-exhaustiveness-check': 'error',
      '@typescript-eslint/no-unused-vars': [
        'error',
        { argsIgnorePattern: '^_', varsIgnorePattern: '^_', destructuredArrayIgnorePattern: '^_' },
      ],
    },
  },
  {
    // Parity tests print their maximum errors even when they pass.
    files: ['**/*.test.ts', '**/*.conformance.ts', '**/tests/**', 'packages/test-utils/**', 'apps/**', 'tools/**'],
    rules: { 'no-console': 'off' },
  },
  { plugins: { '@nx': nx } },
  ...moduleBoundaries,
);
