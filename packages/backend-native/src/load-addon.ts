import { UnsupportedError } from '@resnet-ts/tensor-ops';
import { existsSync } from 'node:fs';
import { createRequire } from 'node:module';
import { fileURLToPath } from 'node:url';
import type { NativeAddon } from './addon.js';
import { explainLoadFailure, formatLoadFailure, NO_SUCH_FILE } from './explain-load-failure.js';
import type { LoadAttempt, LoadFailure } from './explain-load-failure.js';
import {
  convolutionFromEnvironment,
  instructionSetFromEnvironment,
  threadsFromEnvironment,
} from './runtime-options.js';

/** Either the addon, ready to run, or why not. */
export type LoadResult =
  | { readonly addon: NativeAddon; readonly path: string; readonly failure?: never }
  | { readonly addon?: never; readonly failure: LoadFailure; readonly cause?: unknown };

/**
 * Where the build leaves the addon, seen from `src` and from `dist` alike. Instruction sets that are emulated for tests
 * have an addon of their own, so that nothing but their names in RESNET_ISA leads to them.
 */
export function addonPaths(environment: NodeJS.ProcessEnv): readonly string[] {
  const emulated = environment['RESNET_ISA']?.endsWith('_emulated') === true;
  const name = emulated ? 'resnet-native-emulated' : 'resnet-native';
  return [fileURLToPath(new URL(`../build/${name}.node`, import.meta.url))];
}

const require = createRequire(import.meta.url);

function attempt(path: string): { addon: NativeAddon } | LoadAttempt {
  if (!existsSync(path)) return { path, reason: NO_SUCH_FILE };
  try {
    return { addon: require(path) as NativeAddon };
  } catch (error) {
    return { path, reason: error instanceof Error ? error.message : String(error) };
  }
}

/** Loads the first addon of `paths` that can be loaded. */
export function loadAddonFrom(paths: readonly string[], platform: NodeJS.Platform = process.platform): LoadResult {
  const attempts: LoadAttempt[] = [];
  for (const path of paths) {
    const outcome = attempt(path);
    if ('addon' in outcome) return { addon: outcome.addon, path };
    attempts.push(outcome);
  }
  return { failure: explainLoadFailure(attempts, platform) };
}

/** Applies RESNET_ISA, RESNET_CONVOLUTION and RESNET_THREADS; an option that cannot be met refuses the addon rather than being ignored. */
function configure(result: LoadResult, environment: NodeJS.ProcessEnv): LoadResult {
  if (result.addon === undefined) return result;
  try {
    const name = instructionSetFromEnvironment(environment, result.addon.instructionSets());
    if (name !== undefined) result.addon.selectInstructionSet(name);
    result.addon.setDirectConvolution(convolutionFromEnvironment(environment) === 'direct');
    result.addon.setThreads(threadsFromEnvironment(environment));
    return result;
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause);
    const remedies = ['correct or unset RESNET_ISA, RESNET_CONVOLUTION and RESNET_THREADS'];
    return { failure: { kind: 'refused', reason, attempts: [], remedies }, cause };
  }
}

let result: LoadResult | undefined;

/** Loads the addon once and remembers the outcome; never throws. */
export function loadResult(): LoadResult {
  result ??= configure(loadAddonFrom(addonPaths(process.env)), process.env);
  return result;
}

/**
 * The compiled addon, loaded at the first call.
 *
 * @throws UnsupportedError listing what was tried and the remedies, when it is missing or cannot be loaded
 * @throws ArgumentError when RESNET_ISA, RESNET_CONVOLUTION or RESNET_THREADS asks for something impossible
 * @example
 * loadNative().instructionSet(); // 'avx2'
 */
export function loadNative(): NativeAddon {
  const loaded = loadResult();
  if (loaded.addon !== undefined) return loaded.addon;
  if (loaded.failure.kind === 'refused') throw loaded.cause;
  throw new UnsupportedError(formatLoadFailure(loaded.failure));
}
