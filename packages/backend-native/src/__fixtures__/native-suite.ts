import { describe } from 'vitest';
import { findToolchain, missingTools } from '../../scripts/toolchain.mjs';
import { formatLoadFailure } from '../explain-load-failure.js';
import { loadResult } from '../load-addon.js';

/**
 * A suite that needs the addon. Where it is missing the suite fails if this machine could have built it, and is
 * skipped with the reason if not.
 */
export function nativeSuite(name: string, body: () => void): void {
  const { failure } = loadResult();
  if (failure === undefined) {
    describe(name, body);
    return;
  }
  const missing = missingTools(findToolchain());
  if (failure.kind === 'not-built' && missing.length > 0) {
    describe.skip(`${name}: ${failure.reason}, and ${missing.join(' and ')} not found`, body);
    return;
  }
  throw new Error(formatLoadFailure(failure));
}
