import { parquetWriteBuffer } from 'hyparquet-writer';
import { plainTar } from './plain-tar.js';

/** One image of a shard and its class. */
export interface ShardSample {
  readonly image: Uint8Array;
  readonly label: number;
}

/** A WebDataset shard: `000.jpg` and `000.cls`, `001.jpg`, … */
export function tarShard(samples: readonly ShardSample[]): Uint8Array {
  return plainTar(
    samples.flatMap(({ image, label }, index) => {
      const key = String(index).padStart(3, '0');
      return [
        { path: `${key}.jpg`, content: Buffer.from(image) },
        { path: `${key}.cls`, content: Buffer.from(String(label)) },
      ];
    }),
  );
}

/** A parquet shard as Hugging Face's library writes them, four rows a group, with names of classes if there are any. */
export function parquetShard(samples: readonly ShardSample[], classNames?: readonly string[]): Uint8Array {
  const features = { label: { names: classNames, _type: 'ClassLabel' } };
  const names = { key: 'huggingface', value: JSON.stringify({ info: { features } }) };
  return new Uint8Array(
    parquetWriteBuffer({
      schema: [
        { name: 'root', num_children: 2 },
        { name: 'image', num_children: 2, repetition_type: 'OPTIONAL' },
        { name: 'bytes', type: 'BYTE_ARRAY', repetition_type: 'OPTIONAL' },
        { name: 'path', type: 'BYTE_ARRAY', converted_type: 'UTF8', repetition_type: 'OPTIONAL' },
        { name: 'label', type: 'INT64', repetition_type: 'OPTIONAL' },
      ],
      columnData: [
        { name: 'image', data: samples.map(({ image }, index) => ({ bytes: image, path: `${index}.jpg` })) },
        { name: 'label', data: samples.map(({ label }) => BigInt(label)) },
      ],
      rowGroupSize: 4,
      kvMetadata: classNames === undefined ? [] : [names],
    }),
  );
}
