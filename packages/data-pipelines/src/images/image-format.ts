// Imports nothing: see unreadable-image.ts.

/** Formats that are decoded. libvips knows more (SVG, PDF, …), which may name other files: they never reach it. */
export type ImageFormat = 'JPEG' | 'PNG' | 'WebP';

const PNG = [0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a];
const RIFF = [0x52, 0x49, 0x46, 0x46];
const WEBP = [0x57, 0x45, 0x42, 0x50];

/**
 * The format by the first bytes, whatever the name says: ILSVRC's training images hold a PNG named `.JPEG`
 * (n02105855_2933).
 *
 * @returns undefined for anything else
 */
export function imageFormat(bytes: Uint8Array): ImageFormat | undefined {
  if (startsWith(bytes, [0xff, 0xd8, 0xff])) return 'JPEG';
  if (startsWith(bytes, PNG)) return 'PNG';
  if (startsWith(bytes, RIFF) && startsWith(bytes.subarray(8), WEBP)) return 'WebP';
  return undefined;
}

/** Names that images are looked for under, lower-case. */
const EXTENSIONS: ReadonlySet<string> = new Set(['jpg', 'jpeg', 'png', 'webp']);

/** True for a name that ends like an image's, in either case: ILSVRC writes `.JPEG`. */
export function isImageName(name: string): boolean {
  const dot = name.lastIndexOf('.');
  return dot >= 0 && EXTENSIONS.has(name.slice(dot + 1).toLowerCase());
}

/** Whether the bytes end before the format's own end. */
export function isCutShort(bytes: Uint8Array): boolean {
  switch (imageFormat(bytes)) {
    case 'JPEG':
      return !startsWith(bytes.subarray(-2), [0xff, 0xd9]);
    case 'PNG':
      // The last chunk is IEND, whose four letters stand before its checksum.
      return !startsWith(bytes.subarray(-8), [0x49, 0x45, 0x4e, 0x44]);
    case 'WebP':
      return new DataView(bytes.buffer, bytes.byteOffset).getUint32(4, true) + 8 > bytes.length;
    case undefined:
      return false;
  }
}

function startsWith(bytes: Uint8Array, signature: readonly number[]): boolean {
  return signature.every((byte, index) => bytes[index] === byte);
}
