import { createRequire } from 'node:module';
import { relative } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';

/** Where peers are installed that nobody should get with this repository: a folder of its own, ignored by git. */
const PEERS = new URL('../../peers/', import.meta.url);

/** The versions that this program was written against. */
const VERSIONS: Readonly<Record<string, string>> = {
  'onnxruntime-node': '1.30.0',
  '@tensorflow/tfjs-node': '4.22.0',
};

function resolvePeer(name: string): string | undefined {
  try {
    return createRequire(new URL('package.json', PEERS)).resolve(name);
  } catch {
    return undefined;
  }
}

/** Nothing where a peer is installed; otherwise one line that says how to get it. */
export function missingPeer(name: string): string | undefined {
  if (resolvePeer(name) !== undefined) return undefined;
  // From where the reader stands: kept results name no folder of one machine.
  const folder = relative(process.cwd(), fileURLToPath(PEERS));
  // onnxruntime's script fetches parts for graphics processors; tfjs-node is nothing without the library its script fetches.
  const flags = name === 'onnxruntime-node' ? ' --ignore-scripts' : '';
  return `not installed; get it with: npm install --prefix ${folder}${flags} ${name}@${VERSIONS[name] ?? 'latest'}`;
}

/** Loads a peer. Its types are unknown here: it is not a dependency. */
export async function importPeer(name: string): Promise<Readonly<Record<string, unknown>>> {
  const path = resolvePeer(name);
  if (path === undefined) throw new Error(`${name} is ${missingPeer(name) ?? 'missing'}`);
  return (await import(pathToFileURL(path).href)) as Readonly<Record<string, unknown>>;
}
