/**
 * Memory over a long run: tensor count, tensor bytes, native bytes and resident memory at every log step.
 *
 *   node tools/acceptance/flat-memory.mjs [--steps 2000] [--data data]
 *
 * Counted from the first evaluation on, whose batches have sizes of their own and so take memory of their own, once.
 * Exit code 1 when tensors or native bytes change after that, or resident memory grows by more than 2 %.
 */
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { runResnet } from './resnet-process.mjs';

const { values } = parseArgs({
  options: { steps: { type: 'string', default: '2000' }, data: { type: 'string', default: 'data' } },
});
const work = mkdtempSync(join(tmpdir(), 'resnet-acceptance-'));
try {
  await runResnet([
    'train',
    '--recipe',
    'cifar10-quick',
    '--steps',
    values.steps,
    '--data',
    values.data,
    '--out',
    work,
  ]);
  const run = join(work, readdirSync(work)[0]);
  const lines = readFileSync(join(run, 'metrics.jsonl'), 'utf8')
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line));
  const firstEvaluation = lines.findIndex(({ kind }) => kind === 'evaluation');
  const settled = lines.slice(firstEvaluation + 1).filter(({ kind }) => kind === 'step');
  const range = (pick) => {
    const all = settled.map(({ memory }) => pick(memory));
    return { first: all[0], last: all.at(-1), least: Math.min(...all), most: Math.max(...all) };
  };
  const figures = {
    tensors: range((memory) => memory.tensors),
    tensorBytes: range((memory) => memory.bytes),
    nativeBytes: range((memory) => memory.backendBytes),
    residentBytes: range((memory) => memory.residentBytes),
  };
  console.table(figures);
  const flat = ['tensors', 'tensorBytes', 'nativeBytes'].every((name) => figures[name].least === figures[name].most);
  const steady = figures.residentBytes.last <= figures.residentBytes.first * 1.02;
  console.log(flat && steady ? `flat over ${values.steps} steps` : 'NOT flat');
  process.exitCode = flat && steady ? 0 : 1;
} finally {
  rmSync(work, { recursive: true, force: true });
}
