/**
 * Makes an image folder in ILSVRC's layout, for trying the ImageNet path without ImageNet: CIFAR-10's images scaled up
 * to about 500 × 375 with noise laid over, as JPEGs in one folder a class, and broken ones among them. Same seed, same
 * pictures. Not ImageNet: nothing learned from it says anything about photographs of that size.
 *
 *   node tools/acceptance/make-image-folder.mjs --out /tmp/ilsvrc --images 2000 [--data data] [--seed 1]
 */
import { createRequire } from 'node:module';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';

// sharp is a dependency of data-pipelines, not of the workspace's root.
const sharp = createRequire(new URL('../../packages/data-pipelines/package.json', import.meta.url))('sharp');

const { values: flags } = parseArgs({
  options: {
    out: { type: 'string' },
    images: { type: 'string', default: '2000' },
    data: { type: 'string', default: 'data' },
    seed: { type: 'string', default: '1' },
  },
});
const images = Number(flags.images);
const seed = Number(flags.seed);
if (flags.out === undefined || !Number.isInteger(images) || images < 20 || images > 10_000 || !Number.isInteger(seed)) {
  console.error('expected --out FOLDER and --images from 20 to 10000, and a whole number for --seed');
  process.exit(2);
}
const out = resolve(flags.out);
const records = await readFile(join(flags.data, 'cifar-10-batches-bin', 'data_batch_1.bin'));

/** 32 random bits of a picture and a place in it: murmur3's finaliser. */
function random(picture, place) {
  let bits = Math.imul(picture + 1, 0x9e3779b1) ^ Math.imul(place + 1, 0x85ebca6b) ^ Math.imul(seed, 0xc2b2ae35);
  bits = Math.imul(bits ^ (bits >>> 16), 0x85ebca6b);
  bits = Math.imul(bits ^ (bits >>> 13), 0xc2b2ae35);
  return (bits ^ (bits >>> 16)) >>> 0;
}

async function picture(index) {
  const record = records.subarray(index * 3073 + 1, (index + 1) * 3073);
  const pixels = Buffer.alloc(3072);
  for (let at = 0; at < 3072; at += 1) pixels[at] = record[(at % 3) * 1024 + Math.floor(at / 3)];
  const [width, height] = [460 + (random(index, 0) % 81), 335 + (random(index, 1) % 81)];
  const raw = await sharp(pixels, { raw: { width: 32, height: 32, channels: 3 } })
    .resize(width, height, { fit: 'fill', kernel: 'cubic' })
    .raw()
    .toBuffer();
  for (let at = 0; at < raw.length; at += 1)
    raw[at] = Math.max(0, Math.min(255, raw[at] + (random(index, at + 2) % 25) - 12));
  return await sharp(raw, { raw: { width, height, channels: 3 } })
    .jpeg({ quality: 90 })
    .toBuffer();
}

let broken = 0;
for (let index = 0; index < images; index += 1) {
  // Every fifth is for validation; labels look like synsets, so that their order is the classes'.
  const synset = `n${String(records[index * 3073]).padStart(8, '0')}`;
  const folder = join(out, index % 5 === 0 ? 'val' : 'train', synset);
  await mkdir(folder, { recursive: true });
  let content = await picture(index);
  if (index % 100 === 50) content = content.subarray(0, content.length / 2);
  if (index % 100 === 51) content = Buffer.from('text named as a picture\n');
  if (index % 100 === 50 || index % 100 === 51) broken += 1;
  await writeFile(join(folder, `${synset}_${index}.JPEG`), content);
}
console.log(`${images} pictures in ${out}, ${broken} of them broken`);
