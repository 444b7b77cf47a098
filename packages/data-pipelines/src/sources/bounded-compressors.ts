import type { Compressors } from 'hyparquet';
import { compressors } from 'hyparquet-compressors';

/** Of one page: writers keep to about 1 MB, or to one image where that is larger. */
const MOST_PAGE_BYTES = 2 ** 29;

/** The decompressors of parquet, which take memory for what a page's header claims: the claim is checked first. */
export const boundedCompressors: Compressors = Object.fromEntries(
  Object.entries(compressors).map(([codec, decompress]) => [
    codec,
    (input: Uint8Array, outputLength: number): Uint8Array => {
      if (!(outputLength >= 0 && outputLength <= MOST_PAGE_BYTES)) {
        throw new RangeError(`a page of ${outputLength} bytes, more than ${MOST_PAGE_BYTES}`);
      }
      return decompress(input, outputLength);
    },
  ]),
);
