/**
 * Packs every publishable package as its users will get it and lints the archives: publint for package.json, attw for
 * what TypeScript resolves (ESM only), and that no test, fixture or native build product is in it. Needs `pnpm build`.
 */
import { execFileSync, spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('../../', import.meta.url));
const unwanted = /\.test\.(ts|js)$|__fixtures__|\.tsbuildinfo$|\/build\/|\.node$/;

interface Manifest {
  readonly name: string;
  readonly version: string;
  readonly private?: boolean;
}

function publishable(): { folder: string; manifest: Manifest }[] {
  return ['packages', 'apps']
    .flatMap((group) => readdirSync(join(root, group)).map((name) => join(root, group, name)))
    .filter((folder) => existsSync(join(folder, 'package.json')))
    .map((folder) => ({ folder, manifest: JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8')) as Manifest }))
    .filter(({ manifest }) => manifest.private !== true);
}

function pack(folder: string, destination: string): string {
  const { packageManager } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as { packageManager: string };
  const arguments_ = ['--yes', packageManager, 'pack', '--pack-destination', destination];
  execFileSync('npx', arguments_, { cwd: folder, stdio: ['ignore', 'ignore', 'inherit'] });
  const archive = readdirSync(destination)[0];
  if (archive === undefined) throw new Error(`${folder}: pnpm pack wrote no archive`);
  return join(destination, archive);
}

/** Runs one linter and returns its output where it failed, nothing where it passed. */
function failureOf(tool: string, arguments_: string[]): string | undefined {
  const { status, stdout, stderr } = spawnSync(join(root, 'node_modules/.bin', tool), arguments_, { encoding: 'utf8' });
  return status === 0 ? undefined : `${tool}: ${stdout}${stderr}`;
}

function check(folder: string): string[] {
  const destination = mkdtempSync(join(tmpdir(), 'resnet-pack-'));
  try {
    const archive = pack(folder, destination);
    const files = execFileSync('tar', ['-tzf', archive], { encoding: 'utf8' }).trim().split('\n');
    const problems = files.filter((file) => unwanted.test(file)).map((file) => `${file} must not be published`);
    if (!files.some((file) => file.includes('/dist/')))
      problems.push('the archive holds no dist: run pnpm build first');
    if (!files.some((file) => file.endsWith('README.md'))) problems.push('the archive holds no README.md');
    return [
      ...problems,
      failureOf('publint', [archive, '--strict']),
      failureOf('attw', [archive, '--profile', 'esm-only', '--format', 'ascii', '--no-color', '--no-emoji']),
    ].filter((problem) => problem !== undefined);
  } finally {
    rmSync(destination, { recursive: true, force: true });
  }
}

let failed = 0;
for (const { folder, manifest } of publishable()) {
  const problems = check(folder);
  console.log(`${problems.length === 0 ? 'ok  ' : 'FAIL'} ${manifest.name}`);
  for (const problem of problems) console.error(problem);
  failed += problems.length === 0 ? 0 : 1;
}
process.exitCode = failed === 0 ? 0 : 1;
