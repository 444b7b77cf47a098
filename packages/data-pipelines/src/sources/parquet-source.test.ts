import fc from 'fast-check';
import { parquetWriteBuffer } from 'hyparquet-writer';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { parquetShard } from '../__fixtures__/shards.js';
import { useTemporaryFolders } from '../__fixtures__/temporary-folder.js';
import { openParquet } from './parquet-source.js';
import { createLocationReader } from './read-location.js';

const temporaryFolder = useTemporaryFolders();
const image = (index: number) => Uint8Array.of(0xff, 0xd8, index);

/** Images `first` and on. */
function shard(first: number, rows: number, { label = (row: number) => row % 3, names = true } = {}): Uint8Array {
  const samples = Array.from({ length: rows }, (_, row) => ({ image: image(first + row), label: label(first + row) }));
  return parquetShard(samples, names ? ['cat', 'dog', 'owl'] : undefined);
}

async function written(content: Uint8Array): Promise<string> {
  const path = join(await temporaryFolder(), 'a.parquet');
  await writeFile(path, content);
  return path;
}

describe('openParquet', () => {
  it('reads labels, published class names and any row of any shard', async () => {
    const folder = await temporaryFolder();
    await writeFile(join(folder, 'b.parquet'), shard(10, 5));
    await writeFile(join(folder, 'a.parquet'), shard(0, 10));
    const source = await openParquet(folder);
    expect(source).toMatchObject({ count: 15, classNames: ['cat', 'dog', 'owl'] });
    expect(source.id(12)).toBe('b.parquet#2');
    const reader = createLocationReader();
    for (const index of [14, 0, 7, 13, 3, 7]) {
      expect(source.label(index)).toBe(index % 3);
      expect(await reader.read(source.location(index))).toEqual(image(index));
    }
  });

  it('takes plain bytes and numbers, and names for both columns', async () => {
    const content = parquetWriteBuffer({
      columnData: [
        { name: 'picture', data: [Uint8Array.of(1), Uint8Array.of(2, 3)], type: 'BYTE_ARRAY' },
        { name: 'class', data: [1, 0], type: 'INT32' },
      ],
    });
    const source = await openParquet(await written(new Uint8Array(content)), {
      imageColumn: 'picture',
      labelColumn: 'class',
    });
    expect(source.classNames).toEqual(['0', '1']);
    expect(await createLocationReader().read(source.location(1))).toEqual(Uint8Array.of(2, 3));
  });

  it('refuses other columns and other labels, by name', async () => {
    const path = await written(shard(0, 3));
    await expect(openParquet(path, { imageColumn: 'img' })).rejects.toThrow(
      'expected a column img for the columns, received "image, label"; name the columns',
    );
    await expect(openParquet(path, { imageColumn: 'label' })).rejects.toThrow('for the column label');
    await expect(openParquet(path, { labelColumn: 'image' })).rejects.toThrow('for the label of row 0');
    const negative = await written(shard(0, 3, { label: () => -1 }));
    await expect(openParquet(negative)).rejects.toThrow('expected a whole number from 0 to 999999');
    const outside = await written(shard(0, 3, { label: () => 7 }));
    await expect(openParquet(outside)).rejects.toThrow('expected 0 to 2 for the label of a.parquet#0');
  });

  it('refuses a file that is none, or is cut, naming it', async () => {
    const whole = shard(0, 9);
    await expect(openParquet(await written(Buffer.from('no parquet')))).rejects.toMatchObject({ code: 'ERR_DATA' });
    await fc.assert(
      fc.asyncProperty(fc.integer({ min: 0, max: whole.length - 1 }), async (length) => {
        await expect(openParquet(await written(whole.subarray(0, length)))).rejects.toMatchObject({ code: 'ERR_DATA' });
      }),
      { numRuns: 25 },
    );
  });

  it('ends on any altered byte in labels and bytes, or in an error that says so', async () => {
    const whole = shard(0, 9, { names: false });
    await fc.assert(
      fc.asyncProperty(fc.nat(whole.length - 1), fc.nat(255), async (at, to) => {
        const altered = Uint8Array.from(whole);
        altered[at] = to;
        const path = await written(altered);
        const source = await openParquet(path).catch((error: unknown) => error);
        if (source instanceof Error) return void expect(source).toMatchObject({ code: 'ERR_DATA' });
        const location = { kind: 'row', path, column: 'image', row: 5 } as const;
        const bytes = await createLocationReader()
          .read(location)
          .catch((error: unknown) => error);
        expect(bytes instanceof Uint8Array || (bytes as Error).name === 'UnreadableImage').toBe(true);
      }),
      { numRuns: 60 },
    );
  });
});
