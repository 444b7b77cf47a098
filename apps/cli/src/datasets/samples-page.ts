import type { ImageSamples, ImageSource } from '@resnet-ts/data-pipelines/images';
import { escapeHtml, htmlPage } from '@resnet-ts/report';
import { describeRecipe, type Recipe } from '@resnet-ts/training';
import { encodePicture } from '../test-images/encode-picture.js';

const STYLE = `
.sheet img { display: block; image-rendering: auto; width: 150px; height: 150px; }
.sheet td, .sheet th { padding: 2px; border: 0; text-align: left; max-width: 160px; overflow-wrap: anywhere; }
`;

export interface SamplesPageOptions {
  readonly recipe: Recipe;
  readonly source: ImageSource;
  /** Of a sample, pixels. */
  readonly size: number;
  readonly rows: readonly ImageSamples[];
}

/** A contact sheet: one row an image, one column an epoch, above it how the recipe augments. */
export async function samplesPage({ recipe, source, size, rows }: SamplesPageOptions): Promise<string> {
  const lines: string[] = [];
  for (const { image, samples } of rows) {
    const cells: string[] = [];
    for (const values of samples) {
      const { type, bytes } = await encodePicture({ height: size, width: size, channels: 3, values });
      cells.push(`<td><img alt="" src="data:${type};base64,${Buffer.from(bytes).toString('base64')}"></td>`);
    }
    const name = source.classNames[source.label(image)] ?? '';
    lines.push(`<tr><th>${escapeHtml(name)}<br>${escapeHtml(source.id(image))}</th>${cells.join('')}</tr>`);
  }
  const augmentation = describeRecipe(recipe).find(({ label }) => label === 'augmentation')?.value ?? '';
  return htmlPage({
    title: `Training samples of ${recipe.name}`,
    style: STYLE,
    lead: `<p>${escapeHtml(augmentation)}. One row an image, one column an epoch, seed ${recipe.seed}.</p>`,
    sections: [
      { heading: 'Samples', content: `<div class="scroll"><table class="sheet">${lines.join('')}</table></div>` },
    ],
  });
}
