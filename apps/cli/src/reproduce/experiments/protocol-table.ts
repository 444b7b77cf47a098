import { describeNetwork } from '@resnet-ts/architectures';
import type { ProtocolName } from '../../test-images/protocol-names.js';
import type { Table } from '../document.js';
import type { DrawingContext } from '../experiment.js';
import { measureErrors } from '../measure-errors.js';
import type { RunResult } from '../run-result.js';
import { byNetwork, describeErrors } from '../statistics.js';
import type { ReportedImagenetError } from './imagenet-errors.js';

/** Errors of every network by a test protocol beside what the paper reports, in percent; of finished runs. */
export async function protocolTable(
  results: readonly RunResult[],
  { protocol, reported }: { readonly protocol: ProtocolName; readonly reported: readonly ReportedImagenetError[] },
  context: DrawingContext,
): Promise<Table> {
  const rows: string[][] = [];
  for (const { network, finished, planned } of byNetwork(results)) {
    const top1: number[] = [];
    const top5: number[] = [];
    for (const run of finished) {
      const errors = await measureErrors(run, protocol, context);
      top1.push(errors.top1Error);
      top5.push(errors.top5Error);
    }
    const paper = reported.find((entry) => entry.network === network);
    rows.push([
      ...[network, describeNetwork(network).parameters.toLocaleString('en'), `${finished.length} of ${planned}`],
      ...[describeErrors(top1), paper?.top1 ?? '–', describeErrors(top5), paper?.top5 ?? '–'],
    ]);
  }
  return {
    head: ['network', 'parameters', 'runs', 'top-1 error, %', 'paper, top-1', 'top-5 error, %', 'paper, top-5'],
    rows,
  };
}
