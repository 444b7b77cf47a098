// Prints the C++ sources of one group for binding.gyp, so that a new file joins the build by existing.
// `kernels`: compiled once per instruction set; `reference`: scalar; `addon`: core and bindings.
import { readdirSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const packageFolder = dirname(dirname(fileURLToPath(import.meta.url)));
const addonFolders = ['addon', 'core'];

/** Folders under native/ that hold the sources of `group`. */
function foldersOf(group) {
  if (group === 'reference') return ['reference'];
  if (group === 'addon') return addonFolders;
  const all = readdirSync(join(packageFolder, 'native'), { withFileTypes: true });
  return all
    .filter((entry) => entry.isDirectory() && entry.name !== 'reference' && !addonFolders.includes(entry.name))
    .map((entry) => entry.name);
}

/** Paths relative to the package, sorted, with forward slashes as gyp wants them. */
export function listSources(group) {
  return foldersOf(group)
    .sort()
    .flatMap((folder) =>
      readdirSync(join(packageFolder, 'native', folder))
        .filter((name) => name.endsWith('.cc'))
        .sort()
        .map((name) => `native/${folder}/${name}`),
    );
}

if (process.argv[1] === fileURLToPath(import.meta.url)) console.log(listSources(process.argv[2]).join('\n'));
