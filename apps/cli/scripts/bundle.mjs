#!/usr/bin/env node
// Bundles the built command into dist/bundle, which is what `resnet` runs: 400 modules that Node resolves, reads and
// compiles one after the other are half a second of every start, a few files an eighth.
//
//   node scripts/bundle.mjs        after `tsc -b`
//
// Everything is inside but sharp, a native library. Threads, the addon and WebAssembly modules are not: they are
// found in their packages, which stay dependencies. `node dist/main.js` is the same command without a bundle.
import { readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join, relative, sep } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';

const packageFolder = dirname(dirname(fileURLToPath(import.meta.url)));
const workspace = dirname(dirname(packageFolder));
const mit = readFileSync(join(workspace, 'LICENSE'), 'utf8')
  .replace(/^[^]*?(?=Permission is hereby granted)/, '')
  .trim();
const outdir = join(packageFolder, 'dist', 'bundle');

/** The folder of the package that a file belongs to. */
function folderOf(path) {
  for (let folder = dirname(path); folder !== dirname(folder); folder = dirname(folder)) {
    try {
      const { name } = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'));
      if (name !== undefined) return folder;
    } catch {
      // Further up.
    }
  }
  throw new Error(`no package.json above ${path}`);
}

/** `import.meta.url` stays the address of the module as it lies in its package. */
const modulesKeepTheirPlace = {
  name: 'modules-keep-their-place',
  setup(bundle) {
    bundle.onLoad({ filter: /[\\/](packages|apps)[\\/][^\\/]+[\\/]dist[\\/].*\.js$/ }, ({ path }) => {
      const source = readFileSync(path, 'utf8');
      if (!source.includes('import.meta.url')) return undefined;
      const folder = folderOf(path);
      const { name } = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'));
      const file = relative(folder, path).replaceAll(sep, '/');
      const place = `new URL('${file}', import.meta.resolve('${name}/package.json')).href`;
      return { loader: 'js', contents: source.replaceAll('import.meta.url', place) };
    });
  },
};

/** The licence of every package of others that went in: its file, or the text that its package.json names. */
function thirdPartyLicences(inputs) {
  const folders = new Set(Object.keys(inputs).map((input) => folderOf(join(packageFolder, input))));
  const others = [...folders].filter((folder) => folder.includes(`${sep}node_modules${sep}`));
  return others
    .map((folder) => {
      const { name, version, license, author } = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'));
      return `${name} ${version} (${license})\n\n${licenceText(folder, license, author?.name ?? author)}\n`;
    })
    .sort()
    .join(`\n${'-'.repeat(80)}\n\n`);
}

function licenceText(folder, license, author) {
  const file = readdirSync(folder).find((entry) => /^licen[cs]e/i.test(entry));
  if (file !== undefined) return readFileSync(join(folder, file), 'utf8').trim();
  if (license === 'MIT') return `Copyright (c) ${author}\n\n${mit}`;
  // sharp ships the whole text.
  if (license === 'Apache-2.0')
    return readFileSync(join(packageFolder, 'node_modules', 'sharp', 'LICENSE'), 'utf8').trim();
  throw new Error(`${folder} holds no licence and names ${license}: write its text here`);
}

rmSync(outdir, { recursive: true, force: true });
const { metafile } = await build({
  absWorkingDir: packageFolder,
  entryPoints: ['dist/main.js'],
  outdir,
  ...{ bundle: true, splitting: true, format: 'esm', platform: 'node', target: 'node20', metafile: true },
  external: ['sharp'],
  // tfjs-backend-cpu declares to have no side effects; registering its kernels is one.
  ignoreAnnotations: true,
  plugins: [modulesKeepTheirPlace],
  // CommonJS modules inside ask for modules of Node.
  banner: {
    js: "import { createRequire as createRequireOfBundle } from 'node:module'; const require = createRequireOfBundle(import.meta.url);",
  },
  logLevel: 'warning',
});
writeFileSync(join(outdir, 'THIRD-PARTY-LICENCES.txt'), thirdPartyLicences(metafile.inputs));
const bytes = Object.values(metafile.outputs).reduce((sum, output) => sum + output.bytes, 0);
console.log(
  `${relative(workspace, outdir)}: ${Object.keys(metafile.outputs).length} files, ${(bytes / 1e6).toFixed(1)} MB`,
);
