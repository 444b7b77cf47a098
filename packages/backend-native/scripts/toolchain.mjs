// What building the addon needs, and what to do where it is missing.
import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';

/** First line of `command --version`, or undefined when it cannot be run. */
function versionOf(command) {
  const result = spawnSync(command, ['--version'], { encoding: 'utf8' });
  return result.status === 0 ? (result.stdout || result.stderr).split('\n')[0].trim() : undefined;
}

function firstAvailable(commands) {
  for (const command of commands) {
    const version = command ? versionOf(command) : undefined;
    if (version !== undefined) return { command, version };
  }
  return undefined;
}

/** The C++ compiler, make and Python that node-gyp will find, each undefined when missing. */
export function findToolchain() {
  return {
    compiler: firstAvailable([process.env.CXX, 'g++', 'clang++', 'c++']),
    make: firstAvailable(['make', 'gmake']),
    python: firstAvailable([process.env.npm_config_python, process.env.PYTHON, 'python3', 'python']),
  };
}

/** Names of what is missing; empty on Windows, where node-gyp itself looks for Visual Studio. */
export function missingTools(toolchain) {
  const missing = [];
  if (toolchain.python === undefined) missing.push('Python 3');
  if (process.platform === 'win32') return missing;
  if (toolchain.compiler === undefined) missing.push('a C++ compiler');
  if (toolchain.make === undefined) missing.push('make');
  return missing;
}

/** One sentence: the command that installs a toolchain on this platform. */
export function remedy() {
  if (process.platform === 'darwin') return 'run: xcode-select --install';
  if (process.platform === 'win32') {
    return 'install Python 3 and the Visual Studio Build Tools with "Desktop development with C++" and "C++ Clang tools"';
  }
  const managers = {
    apk: 'apk add g++ make python3',
    dnf: 'dnf install gcc-c++ make python3',
    'apt-get': 'apt-get install g++ make python3',
    zypper: 'zypper install gcc-c++ make python3',
    pacman: 'pacman -S gcc make python',
  };
  for (const [manager, command] of Object.entries(managers)) {
    if (['/usr/bin/', '/sbin/', '/bin/'].some((folder) => existsSync(folder + manager))) return `run: ${command}`;
  }
  return 'install a C++20 compiler, make and Python 3';
}

/** GCC before 10 and Clang before 10 do not know C++20; the message is clearer than theirs. */
export function compilerProblem(compiler) {
  const major = Number(/(\d+)\.\d+(\.\d+)?/.exec(compiler.version)?.[1]);
  return major < 10 ? `${compiler.version} is too old for C++20` : undefined;
}

/** `--nodedir` where Node's headers are installed beside it, so that nothing is downloaded. */
export function localHeaders(executable = process.execPath) {
  const folder = executable.replace(/[\\/]bin[\\/]node$/, '');
  const header = `${folder}/include/node/node_version.h`;
  if (folder === executable || !existsSync(header)) return undefined;
  // A package may install the headers of another major version in the same place.
  const major = /#define NODE_MAJOR_VERSION (\d+)/.exec(readFileSync(header, 'utf8'))?.[1];
  return major === process.versions.node.split('.')[0] ? folder : undefined;
}
