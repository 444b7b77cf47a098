import { readFileSync } from 'node:fs';

/**
 * Which layer may import which: `layers.json` is the table "layout and direction" of the architecture. The tags stand
 * in each package.json under "nx"; `tools/check-workspace` holds package.json dependencies and tsconfig references to
 * the same table. `testLayers` is what a test may import on top: the shared helpers and the native backend.
 */
const { layers, testLayers } = JSON.parse(readFileSync(new URL('./layers.json', import.meta.url), 'utf8'));

const rule = (extra) => [
  'error',
  {
    enforceBuildableLibDependency: false,
    banTransitiveDependencies: false,
    allow: [],
    depConstraints: Object.entries(layers).map(([sourceTag, allowed]) => ({
      sourceTag,
      onlyDependOnLibsWithTags: [sourceTag, ...allowed, ...extra],
    })),
  },
];

const tests = ['{packages,apps}/*/src/**/*.{test,conformance}.ts', '{packages,apps}/*/tests/**/*.ts'];

/** The two configurations of the rule: sources keep to their layer, tests may also use what tests are for. */
export const moduleBoundaries = [
  { files: ['{packages,apps}/*/src/**/*.ts'], ignores: tests, rules: { '@nx/enforce-module-boundaries': rule([]) } },
  { files: tests, rules: { '@nx/enforce-module-boundaries': rule(testLayers) } },
];
