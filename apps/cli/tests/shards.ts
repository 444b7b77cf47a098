import { parquetWriteBuffer } from 'hyparquet-writer';
import { tarEnd, tarMember } from './picture-set.js';

/** An encoded image and its class. */
export interface Sample {
  readonly image: Uint8Array;
  readonly label: number;
}

/** A WebDataset shard. */
export function tarShard(samples: readonly Sample[]): Uint8Array {
  const members = samples.flatMap(({ image, label }, index) => [
    tarMember(`${index}.jpg`, image),
    tarMember(`${index}.cls`, Buffer.from(String(label))),
  ]);
  return Buffer.concat([...members, tarEnd]);
}

/** A parquet shard with a column of images and one of labels. */
export function parquetShard(samples: readonly Sample[]): Uint8Array {
  const columnData = [
    { name: 'image', data: samples.map(({ image }) => new Uint8Array(image)), type: 'BYTE_ARRAY' as const },
    { name: 'label', data: samples.map(({ label }) => label), type: 'INT32' as const },
  ];
  return new Uint8Array(parquetWriteBuffer({ columnData }));
}
