const BLOCK = 512;

/** What ends an archive: two blocks of zeros. */
export const TAR_END: Uint8Array = new Uint8Array(2 * BLOCK);

/**
 * A file as a member of a tar archive (POSIX ustar): header, content, padding. The same content gives the same bytes:
 * there is no time and no owner in it.
 *
 * @param name at most 100 ASCII characters
 */
export function tarMember(name: string, content: Uint8Array): readonly Uint8Array[] {
  const header = Buffer.alloc(BLOCK);
  header.write(name, 0, 100, 'ascii');
  header.write('0000644\0', 100, 'ascii');
  header.write('0000000\0', 108, 'ascii');
  header.write('0000000\0', 116, 'ascii');
  header.write(`${octal(content.length, 11)}\0`, 124, 'ascii');
  header.write(`${octal(0, 11)}\0`, 136, 'ascii');
  // The checksum counts its own field as blanks.
  header.write('        ', 148, 'ascii');
  header.write('0', 156, 'ascii');
  header.write('ustar\0', 257, 'ascii');
  header.write('00', 263, 'ascii');
  const sum = header.reduce((total, byte) => total + byte, 0);
  header.write(`${octal(sum, 6)}\0 `, 148, 'ascii');
  return [header, content, new Uint8Array((BLOCK - (content.length % BLOCK)) % BLOCK)];
}

const octal = (value: number, digits: number): string => value.toString(8).padStart(digits, '0');
