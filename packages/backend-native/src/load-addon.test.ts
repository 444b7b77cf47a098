import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { nativeSuite } from './__fixtures__/native-suite.js';
import { loadAddonFrom, loadNative } from './load-addon.js';

it('explains a file that is not an addon', () => {
  const folder = mkdtempSync(join(tmpdir(), 'resnet-native-'));
  const path = join(folder, 'broken.node');
  writeFileSync(path, 'this is no shared library');
  const { failure } = loadAddonFrom([join(folder, 'absent.node'), path], 'linux');
  expect(failure?.kind).toBe('unusable');
  expect(failure?.attempts.map((attempt) => attempt.path)).toEqual([join(folder, 'absent.node'), path]);
  expect(failure?.remedies.join()).toContain('scripts/build.mjs --force');
  rmSync(folder, { recursive: true });
});

it('explains an addon that was never built', () => {
  expect(loadAddonFrom(['/nowhere/resnet-native.node'], 'linux').failure?.kind).toBe('not-built');
});

nativeSuite('the built addon', () => {
  it('has every instruction set of the build in order, the reference last', () => {
    const sets = loadNative().instructionSets();
    expect(sets.at(-1)).toEqual({ name: 'reference', supported: true });
    const fastest = sets.find((set) => set.supported)?.name;
    expect(process.env['RESNET_ISA'] ?? fastest).toBe(loadNative().instructionSet());
    expect(loadNative().selectInstructionSet('sse9')).toBe(false);
  });

  it('measures a plausible peak', () => {
    const { oneThread, allThreads } = loadNative().measurePeak(10_000);
    expect(oneThread).toBeGreaterThan(0.1);
    expect(allThreads).toBeGreaterThan(0.1);
  });
});
