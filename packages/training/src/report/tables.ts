import { escapeHtml } from '@resnet-ts/report';
import type { EvaluationSummary } from '../run/evaluation-file.js';
import { figure, percent } from './format.js';
import type { RateChange } from './rate-changes.js';

/** Two columns, label and value. */
export function pairsTable(rows: readonly { readonly label: string; readonly value: string }[]): string {
  const cells = rows.map(
    ({ label, value }) => `<tr><th scope="row">${escapeHtml(label)}</th><td>${escapeHtml(value)}</td></tr>`,
  );
  return `<table class="pairs"><tbody>${cells.join('')}</tbody></table>`;
}

/** Learning rates and the log lines that they were first seen at; nothing where there are none. */
export function rateTable(changes: readonly RateChange[]): string {
  if (changes.length === 0) return '';
  const rows = changes.map(
    ({ learningRate, step, epoch }) => `<tr><td>${learningRate}</td><td>${step}</td><td>${figure(epoch)}</td></tr>`,
  );
  return `<table><thead><tr><th>learning rate</th><th>first logged after step</th><th>epoch</th></tr></thead><tbody>${rows.join('')}</tbody></table>`;
}

/** The error of each class. */
export function perClassTable({ perClassError, classNames, confusion }: EvaluationSummary): string {
  if (perClassError === undefined) return '';
  const rows = perClassError.map((error, index) => {
    const images = confusion?.[index]?.reduce((sum, count) => sum + count, 0);
    return `<tr><th scope="row">${className(classNames, index)}</th><td>${percent(error)}</td><td>${images ?? '–'}</td></tr>`;
  });
  return `<table><thead><tr><th>class</th><th>error</th><th>images classified</th></tr></thead><tbody>${rows.join('')}</tbody></table>`;
}

/** Actual classes down, predicted classes across; a cell is the darker the larger its share of its row. */
export function confusionTable({ confusion, classNames }: EvaluationSummary): string {
  if (confusion === undefined) return '';
  const head = confusion.map((_, index) => `<th scope="col"><span>${className(classNames, index)}</span></th>`);
  const rows = confusion.map((counts, actual) => {
    const total = Math.max(
      1,
      counts.reduce((sum, count) => sum + count, 0),
    );
    const cells = counts.map((count, predicted) => {
      const hue = predicted === actual ? '59, 111, 182' : '194, 85, 45';
      return `<td style="background: rgba(${hue}, ${(0.85 * (count / total)).toFixed(3)})">${count === 0 ? '' : count}</td>`;
    });
    return `<tr><th scope="row">${className(classNames, actual)}</th>${cells.join('')}</tr>`;
  });
  return `<table class="confusion"><thead><tr><th>actual \\ predicted</th>${head.join('')}</tr></thead><tbody>${rows.join('')}</tbody></table>`;
}

function className(names: readonly string[] | undefined, index: number): string {
  return escapeHtml(names?.[index] ?? String(index));
}
