import type { Command } from 'commander';
import { ArgumentError, expected } from '@resnet-ts/tensor-ops';
import { BenchmarkError, exitCodes } from '../exit-codes.js';
import { compareResults } from '../report/compare-results.js';
import { formatComparison } from '../report/format-comparison.js';
import { readResult } from '../report/read-result.js';
import { comparisonPage } from '../report/result-page.js';
import { writeWhole } from '../report/save-result.js';

interface CompareFlags {
  readonly html?: string;
  readonly json: boolean;
  readonly fail: boolean;
}

/** Adds `bench compare`. */
export function addCompareCommand(program: Command): void {
  program
    .command('compare')
    .description('two result files of the same benchmark: what got slower beyond the spread')
    .argument('<before>', 'JSON of --save or --json')
    .argument('<after>', 'JSON of --save or --json')
    .option('--html <file>', 'write a page with charts')
    .option('--json', 'print the comparison as JSON', false)
    .option('--fail', 'exit with status 4 where something got slower', false)
    .addHelpText(
      'after',
      '\nExample:\n  resnet bench compare results/before.json results/after.json --html compare.html',
    )
    .action(async (first: string, second: string, { html, json, fail }: CompareFlags) => {
      const [before, after] = [await readResult(first), await readResult(second)];
      if (before.benchmark !== after.benchmark) {
        throw new ArgumentError(expected(`a result of ${before.benchmark}`, second, after.benchmark));
      }
      const comparisons = compareResults(before, after);
      console.log(json ? JSON.stringify(comparisons, undefined, 2) : formatComparison(before, after));
      if (html !== undefined) await writeWhole(html, comparisonPage(before, after));
      const slower = comparisons.filter(({ verdict }) => verdict === 'slower').length;
      if (fail && slower > 0) throw new BenchmarkError(exitCodes.slower, `${slower} got slower beyond the spread`);
    });
}
