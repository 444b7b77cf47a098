import { expect, it } from 'vitest';
import { explainLoadFailure, formatLoadFailure, NO_SUCH_FILE } from './explain-load-failure.js';
import { addonPaths } from './load-addon.js';

const missing = [{ path: '/p/build/resnet-native.node', reason: NO_SUCH_FILE }];

it('says that nothing was built, and how to build on this platform', () => {
  const failure = explainLoadFailure(missing, 'darwin');
  expect(failure.kind).toBe('not-built');
  expect(failure.remedies).toEqual([
    expect.stringContaining('scripts/build.mjs'),
    expect.stringContaining('xcode-select --install'),
  ]);
  expect(explainLoadFailure(missing, 'linux').remedies.join()).toContain('apt-get install g++ make python3');
  expect(explainLoadFailure(missing, 'win32').remedies.join()).toContain('Visual Studio Build Tools');
});

it.each([
  ["/lib/libstdc++.so.6: version `GLIBCXX_3.4.32' not found", 'newer C++ runtime'],
  ['invalid ELF header', 'another platform'],
  ['compiled against a different Node.js version using NODE_MODULE_VERSION 93', 'another Node'],
])('knows what %j means', (reason, remedy) => {
  const failure = explainLoadFailure([{ path: 'x.node', reason }], 'linux');
  expect(failure.kind).toBe('unusable');
  expect(failure.remedies[0]).toContain(remedy);
});

it('formats reason, attempts and remedies, a line each', () => {
  const lines = formatLoadFailure(explainLoadFailure(missing, 'linux')).split('\n');
  expect(lines).toEqual([
    'native backend: the native addon has not been built',
    '  tried /p/build/resnet-native.node: no such file',
    expect.stringMatching(/^ {2}to do: node .*build\.mjs$/),
    expect.stringMatching(/^ {2}to do: install a compiler/),
  ]);
});

it('names the option that builds the emulated instruction sets where one of them was asked for', () => {
  const [path = ''] = addonPaths({ RESNET_ISA: 'neon_emulated' });
  const { remedies } = explainLoadFailure([{ path, reason: NO_SUCH_FILE }], 'linux');
  expect(remedies[0]).toMatch(/build\.mjs --emulated$/);
  const [product = ''] = addonPaths({ RESNET_ISA: 'neon' });
  expect(explainLoadFailure([{ path: product, reason: NO_SUCH_FILE }], 'linux').remedies[0]).toMatch(/build\.mjs$/);
});
