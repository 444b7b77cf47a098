import { existsSync, readFileSync } from 'node:fs';
import { describe, it } from 'vitest';
import { addonPaths } from '../load-addon.js';
import { conformanceSuite } from './conformance-suite.js';

const BUILD = 'node packages/backend-native/scripts/build.mjs --emulated';

/** The sources an addon was built from, as its build left them beside it. */
function sourcesOf(addonPath: string): string | undefined {
  const stamp = addonPath.replace(/node$/, 'json');
  return existsSync(stamp) ? (JSON.parse(readFileSync(stamp, 'utf8')) as { sources: string }).sources : undefined;
}

/**
 * The conformance suite on an instruction set that is emulated: the vector width and register tile of a set that few
 * processors have, compiled for one that all have. Where its addon is not built the suite is skipped, and fails in CI;
 * one of other sources than the addon itself fails anywhere.
 */
export function emulatedSuite(instructionSet: 'avx512_emulated' | 'neon_emulated'): void {
  const [path = ''] = addonPaths({ RESNET_ISA: instructionSet });
  const [product = ''] = addonPaths({});
  const foreign = process.arch !== 'x64';
  if (foreign || (!existsSync(path) && process.env['CI'] === undefined)) {
    const reason = foreign ? 'emulated on x64 alone' : `not built: run ${BUILD}`;
    describe.skip(`${instructionSet}: ${reason}`, () => {
      it('is not there', () => undefined);
    });
    return;
  }
  if (existsSync(product) && sourcesOf(path) !== sourcesOf(product)) {
    throw new Error(`${path} is missing or of other sources than ${product}; run ${BUILD}`);
  }
  conformanceSuite(instructionSet);
}
