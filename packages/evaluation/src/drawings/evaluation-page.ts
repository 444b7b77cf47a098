import { escapeHtml, htmlPage, htmlTable } from '@resnet-ts/report';
import type { EvaluationReport } from '../metrics/evaluation-report.js';
import { perClassRows, summaryRows, worstMistakeRows, type Rows } from '../metrics/report-rows.js';
import { reliabilityDiagram } from './charts.js';
import { confusionMatrixSvg } from './confusion-matrix-svg.js';

export interface EvaluationPageOptions {
  /** Text. */
  readonly title: string;
  readonly report: EvaluationReport;
  /** PNG or JPEG of the image at a place in the order of evaluation, for the worst mistakes; without it, their table. */
  readonly picture?:
    | ((index: number) => Promise<{ readonly type: 'image/png' | 'image/jpeg'; readonly bytes: Uint8Array }>)
    | undefined;
}

const STYLE = `
.mistakes { display: flex; flex-wrap: wrap; gap: 1rem; } .mistakes figure { width: 140px; }
.mistakes img { width: 128px; height: 128px; object-fit: contain; image-rendering: pixelated; }
.mistakes figcaption { font-weight: normal; font-size: .8rem; }
`;

const DIAGONAL = '<p>Dashed: a network as sure as it is right. Below it, one that is too sure of itself.</p>';

/**
 * An evaluation as a self-contained page: figures with their intervals, error by class, confusion matrix, reliability
 * diagram and the worst mistakes, as pictures where they can be had. Every text from outside is escaped.
 *
 * @throws what `picture` throws
 * @example
 * const html = await evaluationPage({ title: 'ResNet-20 on CIFAR-10', report });
 */
export async function evaluationPage({ title, report, picture }: EvaluationPageOptions): Promise<string> {
  const calibrated = report.examples > report.invalid;
  return htmlPage({
    title,
    style: STYLE,
    sections: [
      { heading: 'Result', content: rowsTable(summaryRows(report)) },
      { heading: 'Error by class', content: rowsTable(perClassRows(report)) },
      { heading: 'Confusion matrix', content: `<div class="scroll">${confusionMatrixSvg(report)}</div>` },
      { heading: 'Reliability', content: calibrated ? `${DIAGONAL}${reliabilityDiagram(report.calibration)}` : '' },
      { heading: 'The worst mistakes', content: await mistakes(report, picture) },
    ],
  });
}

function rowsTable([heads = [], ...rows]: Rows): string {
  return rows.length === 0 ? '' : htmlTable(heads, rows);
}

async function mistakes(report: EvaluationReport, picture: EvaluationPageOptions['picture']): Promise<string> {
  if (picture === undefined) return rowsTable(worstMistakeRows(report));
  const [, ...rows] = worstMistakeRows(report);
  const figures: string[] = [];
  for (const [place, { index }] of report.worstMistakes.entries()) {
    const [image = '', actual = '', predicted = '', ofActual = '', ofPredicted = ''] = rows[place] ?? [];
    const { type, bytes } = await picture(index);
    const source = `data:${type};base64,${base64(bytes)}`;
    const caption = `${image}: ${actual} (${ofActual}), taken for ${predicted} (${ofPredicted})`;
    figures.push(
      `<figure><img src="${escapeHtml(source)}" alt=""><figcaption>${escapeHtml(caption)}</figcaption></figure>`,
    );
  }
  return figures.length === 0 ? '' : `<div class="mistakes">${figures.join('')}</div>`;
}

/** Without `Buffer`, which browsers lack. */
function base64(bytes: Uint8Array): string {
  let binary = '';
  for (const byte of bytes) binary += String.fromCharCode(byte);
  return btoa(binary);
}
