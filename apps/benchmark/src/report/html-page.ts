import { escapeHtml } from './escape-html.js';

const STYLE = `
:root { color-scheme: light; font: 15px/1.5 system-ui, sans-serif; color: #1d2430; background: #fff; }
body { max-width: 1080px; margin: 2rem auto; padding: 0 1rem; }
h1 { font-size: 1.5rem; } h2 { font-size: 1.1rem; margin: 2rem 0 .5rem; }
table { border-collapse: collapse; font-variant-numeric: tabular-nums; }
th, td { padding: .2rem .6rem; text-align: right; border-bottom: 1px solid #e3e6ea; font-weight: normal; }
th { border-bottom-width: 2px; } th:first-child, td:first-child { text-align: left; }
svg { max-width: 100%; height: auto; } .slower { background: #fbe3da; } .faster { background: #e4efd8; }
`;

/** A self-contained page: no scripts, no addresses. `sections` are HTML already, headings are text. */
export function htmlPage(title: string, sections: readonly (readonly [heading: string, content: string])[]): string {
  const body = sections
    .filter(([, content]) => content !== '')
    .map(([heading, content]) => `<section><h2>${escapeHtml(heading)}</h2>${content}</section>`);
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">
<title>${escapeHtml(title)}</title>
<style>${STYLE}</style>
</head>
<body>
<h1>${escapeHtml(title)}</h1>
${body.join('\n')}
</body>
</html>
`;
}

/** A table of texts; `rowClass` marks rows. */
export function htmlTable(
  heads: readonly string[],
  rows: readonly (readonly string[])[],
  rowClass: (row: readonly string[]) => string = () => '',
): string {
  const head = heads.map((text) => `<th>${escapeHtml(text)}</th>`).join('');
  const body = rows.map((row) => {
    const cells = row.map((text) => `<td>${escapeHtml(text)}</td>`).join('');
    return `<tr class="${escapeHtml(rowClass(row))}">${cells}</tr>`;
  });
  return `<table><thead><tr>${head}</tr></thead><tbody>${body.join('')}</tbody></table>`;
}

/** Sentences, one a line. */
export function htmlList(lines: readonly string[]): string {
  return lines.length === 0 ? '' : `<ul>${lines.map((line) => `<li>${escapeHtml(line)}</li>`).join('')}</ul>`;
}
