import { crc32, deflateSync } from 'node:zlib';
import sharp, { type Sharp } from 'sharp';

/** A picture whose colour tells the place: red grows to the right, green downwards, blue is constant. */
export function gradient(width: number, height: number, blue = 60): Sharp {
  const pixels = Uint8Array.from({ length: width * height * 3 }, (_, index) => {
    const pixel = Math.floor(index / 3);
    const column = (pixel % width) / Math.max(1, width - 1);
    const row = Math.floor(pixel / width) / Math.max(1, height - 1);
    return [Math.round(255 * column), Math.round(255 * row), blue][index % 3] ?? 0;
  });
  return sharp(pixels, { raw: { width, height, channels: 3 } });
}

export function jpeg(width: number, height: number, blue?: number): Promise<Buffer> {
  return gradient(width, height, blue).jpeg({ quality: 95 }).toBuffer();
}

export function png(width: number, height: number, blue?: number): Promise<Buffer> {
  return gradient(width, height, blue).png().toBuffer();
}

/** A PNG written byte by byte, for what sharp does not write: 16 bits, and headers that promise too much. */
export function rawPng(
  width: number,
  height: number,
  { depth, colour, data }: { depth: 8 | 16; colour: 0 | 2; data: Uint8Array },
): Buffer {
  const header = Buffer.alloc(13);
  header.writeUInt32BE(width, 0);
  header.writeUInt32BE(height, 4);
  header.set([depth, colour, 0, 0, 0], 8);
  const signature = Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]);
  return Buffer.concat([signature, chunk('IHDR', header), chunk('IDAT', deflateSync(data)), chunk('IEND')]);
}

function chunk(type: string, data: Uint8Array = new Uint8Array()): Buffer {
  const body = Buffer.concat([Buffer.from(type, 'latin1'), data]);
  const framed = Buffer.alloc(body.length + 8);
  framed.writeUInt32BE(data.length, 0);
  framed.set(body, 4);
  framed.writeUInt32BE(crc32(body), body.length + 4);
  return framed;
}
