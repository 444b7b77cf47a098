import { deflateSync } from 'node:zlib';

/** An element of a MAT-file of level 5, small ones within their tag as MATLAB writes them. */
function element(type: number, data: Buffer): Buffer {
  const tag = Buffer.alloc(8);
  if (type !== 14 && data.length > 0 && data.length <= 4) {
    tag.writeUInt32LE((data.length << 16) | type, 0);
    data.copy(tag, 4);
    return tag;
  }
  tag.writeUInt32LE(type, 0);
  tag.writeUInt32LE(data.length, 4);
  return Buffer.concat([tag, data, Buffer.alloc((8 - (data.length % 8)) % 8)]);
}

function integers(...values: number[]): Buffer {
  const bytes = Buffer.alloc(4 * values.length);
  values.forEach((value, at) => bytes.writeInt32LE(value, 4 * at));
  return bytes;
}

function array(kind: number, sizes: readonly number[], name: string, content: readonly Buffer[]): Buffer {
  const head = [element(6, integers(kind, 0)), element(5, integers(...sizes)), element(1, Buffer.from(name))];
  return element(14, Buffer.concat([...head, ...content]));
}

function cell(value: string | number): Buffer {
  if (typeof value === 'string') return array(4, [1, value.length], '', [element(4, Buffer.from(value, 'utf16le'))]);
  // A double that is a small whole number is stored as one.
  const small = Buffer.alloc(2);
  small.writeUInt16LE(value, 0);
  return array(6, [1, 1], '', [element(4, small)]);
}

/** A MAT-file with a variable that is no struct and a column of structs, as ILSVRC's `meta.mat` has one. */
export function matFile(rows: readonly Readonly<Record<string, string | number>>[], { compress = true } = {}): Buffer {
  const fields = Object.keys(rows[0] ?? {});
  const names = Buffer.concat(fields.map((field) => Buffer.concat([Buffer.from(field), Buffer.alloc(32 - field.length)])));
  const cells = rows.flatMap((row) => fields.map((field) => cell(row[field] ?? 0)));
  const content = [element(5, integers(32)), element(1, names), ...cells];
  const structs = array(2, [rows.length, 1], 'synsets', content);
  const header = Buffer.alloc(128, ' ');
  header.writeUInt16LE(0x0100, 124);
  header.write('IM', 126);
  const packed = deflateSync(structs);
  const tag = Buffer.alloc(8);
  tag.writeUInt32LE(15, 0);
  tag.writeUInt32LE(packed.length, 4);
  return Buffer.concat([header, cell(7), ...(compress ? [tag, packed] : [structs])]);
}
