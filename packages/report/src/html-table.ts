import { escapeHtml } from './escape-html.js';

/** A table of texts; `rowClass` marks rows. */
export function htmlTable(
  heads: readonly string[],
  rows: readonly (readonly string[])[],
  rowClass: (row: readonly string[]) => string = () => '',
): string {
  const head = heads.map((text) => `<th>${escapeHtml(text)}</th>`).join('');
  const body = rows.map((row) => {
    const cells = row.map((text) => `<td>${escapeHtml(text)}</td>`).join('');
    const marked = rowClass(row);
    return `<tr${marked === '' ? '' : ` class="${escapeHtml(marked)}"`}>${cells}</tr>`;
  });
  return `<table><thead><tr>${head}</tr></thead><tbody>${body.join('')}</tbody></table>`;
}

/** Texts, one a line; none give ''. */
export function htmlList(lines: readonly string[]): string {
  return lines.length === 0 ? '' : `<ul>${lines.map((line) => `<li>${escapeHtml(line)}</li>`).join('')}</ul>`;
}
