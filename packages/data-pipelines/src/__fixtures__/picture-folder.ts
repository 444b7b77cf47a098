import { mkdir, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { jpeg, png } from './pictures.js';

/**
 * A folder of three classes with pictures whose blue is 20 · their number, in order of their names, and, where asked,
 * broken ones among them.
 */
export async function pictureFolder(folder: string, { pictures = 9, broken = false } = {}): Promise<string> {
  const write = async (name: string, content: Uint8Array | string): Promise<void> => {
    await mkdir(dirname(join(folder, name)), { recursive: true });
    await writeFile(join(folder, name), content);
  };
  for (let picture = 0; picture < pictures; picture += 1) {
    const name = `n${Math.floor((3 * picture) / pictures)}/p${String(picture).padStart(3, '0')}`;
    const [width, height] = [40 + 3 * picture, 52 - 2 * picture];
    // A PNG named as a JPEG among them, as ILSVRC has one.
    const content = picture % 4 === 1 ? await png(width, height, 20 * picture) : await jpeg(width, height, 20 * picture);
    await write(`${name}.JPEG`, content);
  }
  if (!broken) return folder;
  await write('n0/text.jpg', 'I am no picture');
  const whole = await jpeg(60, 60);
  await write('n1/truncated.jpg', whole.subarray(0, whole.length / 2));
  await write('n2/empty.png', '');
  return folder;
}
