import { escapeHtml, seriesColor } from '@resnet-ts/report';
import type { EvaluationReport } from '../metrics/evaluation-report.js';

const CELL = 28;
/** Of an average character at the size of the labels, pixels. */
const CHARACTER = 6.6;

/**
 * A confusion matrix as SVG text: actual classes down, predicted classes across; a cell is the darker the larger its
 * share of its row, right ones in blue, wrong ones in orange. Counts are written as long as they fit; names above 100
 * classes are left out.
 *
 * @example
 * const svg = confusionMatrixSvg(await evaluate({ network, state, batches, classes }));
 */
export function confusionMatrixSvg({
  confusion,
  classNames,
}: Pick<EvaluationReport, 'confusion' | 'classNames'>): string {
  const count = confusion.length;
  const readable = count <= 100;
  const cell = readable ? CELL : Math.max(1, Math.floor((100 * CELL) / count));
  const names = confusion.map((_, index) => classNames?.[index] ?? String(index));
  const margin = readable ? Math.ceil(CHARACTER * Math.max(0, ...names.map((name) => name.length))) + 12 : 0;
  const parts = confusion.flatMap((row, actual) => {
    const total = row.reduce((sum, images) => sum + images, 0);
    return row.map((images, predicted) => {
      if (images === 0) return '';
      const [x, y] = [margin + predicted * cell, margin + actual * cell];
      const color = seriesColor(predicted === actual ? 0 : 1);
      const share = images / total;
      const square = `<rect x="${x}" y="${y}" width="${cell}" height="${cell}" fill="${color}" fill-opacity="${(0.08 + 0.85 * share).toFixed(2)}"/>`;
      if (!readable || String(images).length > 4) return square;
      const ink = share > 0.5 ? '#fff' : '#1d2430';
      return `${square}<text x="${x + cell / 2}" y="${y + cell / 2 + 4}" text-anchor="middle" font-size="10" fill="${ink}">${images}</text>`;
    });
  });
  const labels = readable
    ? names.map((name, index) => {
        const middle = margin + index * cell + cell / 2;
        const text = escapeHtml(name);
        return (
          `<text x="${margin - 6}" y="${middle + 4}" text-anchor="end">${text}</text>` +
          `<text transform="translate(${middle + 4} ${margin - 6}) rotate(-90)">${text}</text>`
        );
      })
    : [];
  const side = margin + count * cell;
  return (
    `<svg xmlns="http://www.w3.org/2000/svg" width="${side}" height="${side}" viewBox="0 0 ${side} ${side}" ` +
    `font-size="12" font-family="system-ui, sans-serif" role="img"><title>actual classes down, predicted across</title>` +
    `${parts.join('')}<rect x="${margin}" y="${margin}" width="${count * cell}" height="${count * cell}" fill="none" stroke="#c9ced6"/>` +
    `${labels.join('')}</svg>`
  );
}
