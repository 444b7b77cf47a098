import { UnreadableImage } from '../images/unreadable-image.js';

export const TAR_BLOCK = 512;

/** One header block of a tar archive (POSIX ustar, with GNU's numbers). */
export interface TarHeader {
  readonly name: string;
  /** Bytes of the member, without padding. */
  readonly size: number;
  /** `0` a file, `1` and `2` links, `5` a folder, `L` GNU's long name, `x` and `g` pax records, … */
  readonly type: string;
}

/**
 * Parses one header block. A block of zeros, the end of the archive, gives undefined.
 *
 * @throws UnreadableImage where the checksum or a number is wrong: it is no header
 */
export function parseTarHeader(block: Uint8Array): TarHeader | undefined {
  if (block.every((byte) => byte === 0)) return undefined;
  const sum = octal(block.subarray(148, 156));
  // The checksum counts its own field as blanks.
  const actual = block.reduce((total, byte, at) => total + (at >= 148 && at < 156 ? 32 : byte), 0);
  if (sum !== actual) throw new UnreadableImage('a tar header', `one whose checksum is ${actual}, not ${sum}`);
  const size = number(block.subarray(124, 136));
  if (!Number.isSafeInteger(size)) throw new UnreadableImage('a size in a tar header', `${size}`);
  const ustar = text(block.subarray(257, 262)) === 'ustar';
  const prefix = ustar ? text(block.subarray(345, 500)) : '';
  const name = text(block.subarray(0, 100));
  const type = block[156] === 0 ? '0' : String.fromCharCode(block[156] ?? 0);
  return { name: prefix === '' ? name : `${prefix}/${name}`, size, type };
}

/** The fields `path` and `size` of pax records: `<length> <key>=<value>\n`, the length counting itself. */
export function parsePax(records: Uint8Array): { readonly name?: string; readonly size?: number } {
  const fields: { name?: string; size?: number } = {};
  let at = 0;
  while (at < records.length) {
    const blank = records.indexOf(32, at);
    const length = blank < 0 ? NaN : Number(text(records.subarray(at, blank)));
    if (!Number.isSafeInteger(length) || length <= blank - at || at + length > records.length) {
      throw new UnreadableImage('pax records in a tar archive', `${records.length} bytes of others`);
    }
    const [key, ...value] = text(records.subarray(blank + 1, at + length - 1)).split('=');
    if (key === 'path') fields.name = value.join('=');
    if (key === 'size') fields.size = Number(value.join('='));
    at += length;
  }
  if (fields.size !== undefined && !(Number.isSafeInteger(fields.size) && fields.size >= 0)) {
    throw new UnreadableImage('a size in pax records', `${fields.size}`);
  }
  return fields;
}

/** Text up to the first zero byte. */
export function text(bytes: Uint8Array): string {
  const end = bytes.indexOf(0);
  return Buffer.from(end < 0 ? bytes : bytes.subarray(0, end)).toString('utf8');
}

function octal(bytes: Uint8Array): number {
  const digits = text(bytes).trim();
  return /^[0-7]+$/.test(digits) ? parseInt(digits, 8) : NaN;
}

/** Octal digits, or where the first bit is set GNU's binary number, for sizes of 8 GiB and more. */
function number(bytes: Uint8Array): number {
  const [first = 0] = bytes;
  if (first < 0x80) return octal(bytes);
  return bytes.subarray(1).reduce((value, byte) => value * 256 + byte, first & 0x7f);
}
