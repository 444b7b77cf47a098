/**
 * Which layer may import which, as the table "layout and direction" of the architecture states it.
 * The tags stand in each package.json under "nx"; `tools/check-workspace` proves that package.json dependencies and
 * tsconfig references keep to the same table.
 */
export const layers = {
  'layer:ops': [],
  'layer:native': ['layer:ops'],
  'layer:blocks': ['layer:ops'],
  'layer:data': ['layer:ops'],
  'layer:train': ['layer:ops'],
  'layer:eval': ['layer:ops'],
  'layer:models': ['layer:ops', 'layer:blocks'],
  'layer:interop': ['layer:ops', 'layer:blocks', 'layer:models'],
  'layer:detect': ['layer:ops', 'layer:blocks', 'layer:models'],
  'layer:distributed': ['layer:ops', 'layer:train'],
  'layer:test': [],
  'layer:app': [
    'layer:ops',
    'layer:native',
    'layer:blocks',
    'layer:data',
    'layer:train',
    'layer:eval',
    'layer:models',
    'layer:interop',
    'layer:detect',
    'layer:distributed',
  ],
};

/** What a test may import on top of its own layer: the shared helpers and the native backend, nothing else. */
export const testLayers = ['layer:test', 'layer:native'];

const rule = (extra) => [
  'error',
  {
    enforceBuildableLibDependency: false,
    banTransitiveDependencies: false,
    allow: [],
    depConstraints: Object.entries(layers).map(([sourceTag, allowed]) => ({
      sourceTag,
      // A tag list that is empty means "anything" to the rule, so the layer itself is always listed.
      onlyDependOnLibsWithTags: [sourceTag, ...allowed, ...extra],
    })),
  },
];

/** The two configurations of the rule: sources keep to their layer, tests may also use what tests are for. */
export const moduleBoundaries = [
  {
    files: ['packages/*/**/*.ts', 'apps/*/**/*.ts'],
    ignores: ['**/*.test.ts', '**/*.conformance.ts', '**/tests/**'],
    rules: { '@nx/enforce-module-boundaries': rule([]) },
  },
  {
    files: ['packages/*/**/*.test.ts', 'apps/*/**/*.test.ts', '**/*.conformance.ts', '{packages,apps}/*/tests/**/*.ts'],
    rules: { '@nx/enforce-module-boundaries': rule(testLayers) },
  },
];
