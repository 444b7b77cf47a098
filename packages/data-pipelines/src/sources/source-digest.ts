import { createHash } from 'node:crypto';
import type { ImageSource } from './image-source.js';

/** SHA-256 of the names and labels of a source, in order: the same images in the same places, wherever they lie. */
export function sourceDigest(source: Pick<ImageSource, 'count' | 'id' | 'label'>): string {
  const hash = createHash('sha256');
  for (let index = 0; index < source.count; index += 1) hash.update(`${source.id(index)}\t${source.label(index)}\n`);
  return hash.digest('hex');
}
