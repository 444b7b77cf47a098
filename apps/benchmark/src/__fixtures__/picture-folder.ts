import { mkdirSync, mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { crc32, deflateSync } from 'node:zlib';

/** A grey PNG of `side` × `side` pixels. */
function greyPng(side: number, value: number): Buffer {
  const header = Buffer.from([0, 0, 0, side, 0, 0, 0, side, 8, 0, 0, 0, 0]);
  const rows = Buffer.alloc(side * (side + 1), value);
  // Every row begins with its filter: none.
  for (let row = 0; row < side; row += 1) rows[row * (side + 1)] = 0;
  const signature = Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]);
  const end = chunk('IEND', Buffer.alloc(0));
  return Buffer.concat([signature, chunk('IHDR', header), chunk('IDAT', deflateSync(rows)), end]);
}

function chunk(type: string, data: Uint8Array): Buffer {
  const framed = Buffer.alloc(data.length + 12);
  framed.writeUInt32BE(data.length, 0);
  framed.write(type, 4);
  framed.set(data, 8);
  framed.writeUInt32BE(crc32(framed.subarray(4, data.length + 8)), data.length + 8);
  return framed;
}

/** A new folder of two classes with four small pictures each. */
export function pictureFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'resnet-bench-'));
  for (let picture = 0; picture < 8; picture += 1) {
    const name = join(folder, `n${picture % 2}`);
    mkdirSync(name, { recursive: true });
    writeFileSync(join(name, `${picture}.png`), greyPng(20, 30 * picture));
  }
  return folder;
}
