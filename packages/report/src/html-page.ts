import { escapeHtml } from './escape-html.js';

const STYLE = `
:root { color-scheme: light; font: 15px/1.5 system-ui, sans-serif; color: #1d2430; background: #fff; }
body { max-width: 1080px; margin: 2rem auto; padding: 0 1rem; }
h1 { font-size: 1.5rem; } h2 { font-size: 1.1rem; margin: 2rem 0 .5rem; }
table { border-collapse: collapse; font-variant-numeric: tabular-nums; }
th, td { padding: .2rem .6rem; text-align: right; border-bottom: 1px solid #e3e6ea; font-weight: normal; }
th:first-child, td:first-child { text-align: left; } thead th { border-bottom-width: 2px; }
figure { margin: 0; } figcaption { font-weight: 600; } svg { max-width: 100%; height: auto; }
.charts { display: grid; grid-template-columns: repeat(auto-fit, minmax(420px, 1fr)); gap: 1.5rem; }
.scroll { overflow-x: auto; }
`;

/** A part of a page under a heading. */
export interface PageSection {
  readonly heading: string;
  /** HTML already. A section without content is left out. */
  readonly content: string;
}

/**
 * A self-contained page: it runs no script and loads nothing, and its policy forbids both; pictures are `data:` URLs.
 *
 * @param page `title` and headings are text; `content` and `lead`, what stands before the first heading, are HTML;
 *   `style` is CSS beside the page's own
 * @returns a whole HTML document
 *
 * @example
 * htmlPage({ title: 'ResNet-20', sections: [{ heading: 'Error', content: htmlTable(['set', 'error'], [['test', '8.75 %']]) }] });
 */
export function htmlPage({
  title,
  sections,
  lead = '',
  style = '',
}: {
  readonly title: string;
  readonly sections: readonly PageSection[];
  readonly lead?: string;
  readonly style?: string;
}): string {
  const body = sections
    .filter(({ content }) => content !== '')
    .map(({ heading, content }) => `<section><h2>${escapeHtml(heading)}</h2>${content}</section>`);
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; img-src data:; style-src 'unsafe-inline'">
<title>${escapeHtml(title)}</title>
<style>${STYLE}${style}</style>
</head>
<body>
<h1>${escapeHtml(title)}</h1>
${[lead, ...body].filter((part) => part !== '').join('\n')}
</body>
</html>
`;
}
