import type { Claim, ReportDocument, Section, Table } from './document.js';

/** What a claim came to, in a word. */
export function verdict({ holds }: Claim): string {
  if (holds === undefined) return 'not yet known';
  return holds ? 'holds' : 'does not hold';
}

/** Characters that would end a cell or begin a tag. */
const cell = (text: string): string => text.replaceAll('\\', '\\\\').replaceAll('|', '\\|').replaceAll('<', '&lt;');

function markdownTable({ head, rows }: Table): string {
  const line = (cells: readonly string[]): string => `| ${cells.map(cell).join(' | ')} |`;
  return [line(head), `|${head.map(() => '---|').join('')}`, ...rows.map(line)].join('\n');
}

function markdownSection({ title, paragraphs = [], table, drawings = [], claims = [] }: Section): string {
  return [
    `## ${title}`,
    ...paragraphs,
    ...(table === undefined ? [] : [markdownTable(table)]),
    ...drawings.map(({ name, caption }) => `![${caption}](${name}.svg)\n\n${caption}`),
    ...claims.map((claim) => `- **${verdict(claim)}**: ${claim.statement} (${claim.evidence}).`),
  ].join('\n\n');
}

/** A report as Markdown; its drawings are the files `<name>.svg` beside it. */
export function toMarkdown({ title, paragraphs, sections }: ReportDocument): string {
  return `${[`# ${title}`, ...paragraphs, ...sections.map(markdownSection)].join('\n\n')}\n`;
}
