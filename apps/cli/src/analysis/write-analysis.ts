import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { escapeHtml, htmlPage, htmlTable } from '@resnet-ts/report';
import { replaceFile } from '@resnet-ts/training';
import type { EncodedPicture } from '../test-images/encode-picture.js';

/** A drawing or a picture, and the file it goes to. */
export interface AnalysisFigure {
  /** Of its file, without the ending: letters, digits, dots and hyphens. */
  readonly name: string;
  readonly caption: string;
  /** SVG text, or a PNG. */
  readonly content: string | EncodedPicture;
}

export interface AnalysisSection {
  readonly heading: string;
  readonly paragraph?: string;
  readonly table?: { readonly head: readonly string[]; readonly rows: readonly (readonly string[])[] };
  readonly figures?: readonly AnalysisFigure[];
}

export interface Analysis {
  readonly title: string;
  readonly sections: readonly AnalysisSection[];
  /** Everything that was measured, for programs. */
  readonly data: unknown;
}

const STYLE = '.charts img { max-width: 100%; image-rendering: pixelated; }';

/**
 * Writes an analysis into a folder: the page `report.html`, each figure as a file of its own, and `analysis.json`.
 *
 * @returns the path of the page
 */
export async function writeAnalysis(folder: string, { title, sections, data }: Analysis): Promise<string> {
  await mkdir(folder, { recursive: true });
  for (const { name, content } of sections.flatMap(({ figures = [] }) => figures)) {
    if (typeof content === 'string') await replaceFile(join(folder, `${name}.svg`), content);
    else await replaceFile(join(folder, `${name}.png`), content.bytes);
  }
  await replaceFile(join(folder, 'analysis.json'), `${JSON.stringify(data, null, 2)}\n`);
  const path = join(folder, 'report.html');
  const page = htmlPage({
    ...{ title, style: STYLE },
    sections: sections.map((section) => ({ heading: section.heading, content: contentOf(section) })),
  });
  await replaceFile(path, page);
  return path;
}

function contentOf({ paragraph, table, figures = [] }: AnalysisSection): string {
  return [
    paragraph === undefined ? '' : `<p>${escapeHtml(paragraph)}</p>`,
    figures.length === 0 ? '' : `<div class="charts">${figures.map(figureOf).join('')}</div>`,
    table === undefined ? '' : `<div class="scroll">${htmlTable(table.head, table.rows)}</div>`,
  ].join('');
}

function figureOf({ caption, content }: AnalysisFigure): string {
  const drawn =
    typeof content === 'string'
      ? content
      : `<img alt="" src="data:${content.type};base64,${Buffer.from(content.bytes).toString('base64')}">`;
  return `<figure>${drawn}<figcaption>${escapeHtml(caption)}</figcaption></figure>`;
}

/** A name as part of a file's name: what is neither letter nor digit becomes a hyphen. */
export const fileNameOf = (text: string): string => text.replace(/[^A-Za-z0-9.]+/g, '-').replace(/^[-.]+|[-.]+$/g, '');
