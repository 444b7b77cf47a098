import { fileURLToPath } from 'node:url';

/** One attempt to load the addon. */
export interface LoadAttempt {
  /** The file tried. */
  readonly path: string;
  /** Why it was not used. */
  readonly reason: string;
}

/** Why the native backend is not there, and what to do about it. */
export interface LoadFailure {
  /** `not-built`: there is no addon; `unusable`: there is one that cannot be loaded; `refused`: an option rules it out. */
  readonly kind: 'not-built' | 'unusable' | 'refused';
  /** One line. */
  readonly reason: string;
  readonly attempts: readonly LoadAttempt[];
  /** Commands or settings that fit this platform, the likeliest first. */
  readonly remedies: readonly string[];
}

/** Builds what was tried; runs from any folder, in this repository and in node_modules alike. */
function buildCommand(attempts: readonly LoadAttempt[]): string {
  const emulated = attempts.some(({ path }) => path.endsWith('-emulated.node')) ? ' --emulated' : '';
  return `node ${fileURLToPath(new URL('../scripts/build.mjs', import.meta.url))}${emulated}`;
}

/** How to get a C++ compiler on a platform. */
function installCompiler(platform: NodeJS.Platform): string {
  if (platform === 'darwin') return 'install a compiler: xcode-select --install';
  if (platform === 'win32') {
    return 'install Python 3 and the Visual Studio Build Tools with "Desktop development with C++" and "C++ Clang tools"';
  }
  return 'install a compiler: apt-get install g++ make python3, dnf install gcc-c++ make python3, or apk add g++ make python3';
}

/** What a message of the dynamic loader means, as a remedy; undefined when it is none of the known ones. */
function remedyOf(message: string): string | undefined {
  if (/GLIBC|GLIBCXX|libstdc\+\+/.test(message))
    return 'it was built against a newer C++ runtime: build it on this machine';
  if (/wrong ELF class|invalid ELF header|not a valid Win32|incompatible architecture|mach-o/i.test(message)) {
    return 'it was built for another platform: build it on this machine';
  }
  if (/NODE_MODULE_VERSION|Module did not self-register/.test(message))
    return 'it was built for another Node: build it again';
  return undefined;
}

/**
 * Turns failed attempts into a reason and remedies for `platform`.
 *
 * @example
 * explainLoadFailure([{ path: 'build/resnet-native.node', reason: 'no such file' }], 'linux').remedies[0];
 * // 'node …/backend-native/scripts/build.mjs'
 */
export function explainLoadFailure(attempts: readonly LoadAttempt[], platform: NodeJS.Platform): LoadFailure {
  const present = attempts.find((attempt) => attempt.reason !== NO_SUCH_FILE);
  if (present === undefined) {
    const reason = 'the native addon has not been built';
    return { kind: 'not-built', reason, attempts, remedies: [buildCommand(attempts), installCompiler(platform)] };
  }
  const known = remedyOf(present.reason);
  const remedies = [
    ...(known === undefined ? [] : [known]),
    `${buildCommand(attempts)} --force`,
    installCompiler(platform),
  ];
  return {
    kind: 'unusable',
    reason: `the native addon cannot be loaded: ${firstLine(present.reason)}`,
    attempts,
    remedies,
  };
}

/** The reason of an attempt whose file is not there. */
export const NO_SUCH_FILE = 'no such file';

function firstLine(text: string): string {
  return text.split('\n', 1)[0] ?? text;
}

/** The whole explanation as text: the reason, what was tried, the remedies. */
export function formatLoadFailure(failure: LoadFailure): string {
  const tried = failure.attempts.map(({ path, reason }) => `  tried ${path}: ${firstLine(reason)}`);
  const remedies = failure.remedies.map((remedy) => `  to do: ${remedy}`);
  return [`native backend: ${failure.reason}`, ...tried, ...remedies].join('\n');
}
