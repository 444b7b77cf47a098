import { describe, expect, it, vi } from 'vitest';
import { gradient, jpeg, png } from '../__fixtures__/pictures.js';
import { renderImage } from './render-image.js';

vi.mock('./load-sharp.js', () => ({ loadSharp: () => Promise.reject(new Error('sharp was asked for')) }));

const options = { kernel: 'cubic', frame: () => ({ width: 30, height: 20 }) } as const;

describe('renderImage', () => {
  it('decodes a baseline JPEG without sharp, whatever part of it is wanted', async () => {
    const bytes = await jpeg(60, 40);
    expect(await renderImage(bytes, options)).toMatchObject({ width: 30, height: 20 });
    const part = {
      region: { left: 7, top: 3, width: 20, height: 30 },
      window: { left: 1, top: 1, width: 9, height: 9 },
    };
    const view = await renderImage(bytes, { ...options, frame: () => ({ ...part, width: 30, height: 20 }) });
    expect(view).toMatchObject({ width: 9, height: 9 });
  });

  it('asks sharp for all others', async () => {
    for (const bytes of [
      await png(60, 40),
      await gradient(60, 40).jpeg({ progressive: true }).toBuffer(),
      await gradient(60, 40).withMetadata({ orientation: 6 }).jpeg().toBuffer(),
      (await jpeg(60, 40)).subarray(0, 600),
    ]) {
      await expect(renderImage(bytes, options)).rejects.toThrow('sharp was asked for');
    }
  });
});
