import { escapeHtml, htmlList, htmlPage, htmlTable } from '@resnet-ts/report';
import type { Drawing, ReportDocument, Section } from './document.js';
import { verdict } from './markdown.js';

const figure = ({ caption, svg }: Drawing): string =>
  svg === '' ? '' : `<figure>${svg}<figcaption>${escapeHtml(caption)}</figcaption></figure>`;

const paragraph = (text: string): string => `<p>${escapeHtml(text)}</p>`;

function content({ paragraphs = [], table, drawings = [], claims = [] }: Section): string {
  return [
    ...paragraphs.map(paragraph),
    table === undefined ? '' : htmlTable(table.head, table.rows),
    `<div class="charts">${drawings.map(figure).join('')}</div>`,
    htmlList(claims.map((claim) => `${verdict(claim)}: ${claim.statement} (${claim.evidence})`)),
  ].join('');
}

/** A report as one self-contained page. */
export function toHtml({ title, paragraphs, sections }: ReportDocument): string {
  return htmlPage({
    title,
    lead: paragraphs.map(paragraph).join(''),
    sections: sections.map((section) => ({ heading: section.title, content: content(section) })),
  });
}
