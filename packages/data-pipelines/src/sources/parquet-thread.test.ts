import { parquetWriteBuffer } from 'hyparquet-writer';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { useTemporaryFolders } from '../__fixtures__/temporary-folder.js';
import { ParquetThread } from './parquet-thread.js';

const temporaryFolder = useTemporaryFolders();
const labels = Array.from({ length: 40 }, (_, row) => (row < 20 ? 7 : row));

it('ends a reader that an altered byte keeps busy for ever, and reads the next file', async () => {
  const whole = new Uint8Array(parquetWriteBuffer({ columnData: [{ name: 'label', data: labels, type: 'INT32' }] }));
  const altered = Uint8Array.from(whole);
  // One of the bytes that did so when each was tried: part of a count at the start of the first page.
  altered[16] = 0xff;
  const folder = await temporaryFolder();
  const [good, bad] = [join(folder, 'good.parquet'), join(folder, 'bad.parquet')];
  await writeFile(good, whole);
  await writeFile(bad, altered);

  const thread = new ParquetThread(2);
  const read = async (path: string) =>
    thread.column({ path, metadata: await thread.metadata(path), column: 'label', rows: { first: 0, end: 40 } });
  await expect(read(bad)).rejects.toThrow(/no end after 2 s|out of memory/);
  expect(await read(good)).toEqual(labels);
});

it('says what is wrong with a file that is none', async () => {
  const path = join(await temporaryFolder(), 'a.parquet');
  await writeFile(path, 'no parquet');
  await expect(new ParquetThread().metadata(path)).rejects.toThrow(/parquet/);
});
