// A fingerprint of every file the built addon depends on.
import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

function filesUnder(folder) {
  return readdirSync(folder, { withFileTypes: true })
    .sort((a, b) => (a.name < b.name ? -1 : 1))
    .flatMap((entry) => (entry.isDirectory() ? filesUnder(join(folder, entry.name)) : [join(folder, entry.name)]));
}

/** Hex SHA-256 over the C++ sources, the build description and the platform. */
export function sourceHash(packageFolder) {
  const hash = createHash('sha256');
  hash.update(`${process.platform} ${process.arch} napi8\n`);
  for (const file of [join(packageFolder, 'binding.gyp'), ...filesUnder(join(packageFolder, 'native'))]) {
    hash.update(`${file.slice(packageFolder.length)}\n`);
    hash.update(readFileSync(file));
  }
  return hash.digest('hex');
}
