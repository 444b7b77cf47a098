import { z } from 'zod';

const count = z.number().int().positive();
/** A name of a file or folder, never a path: nothing a description says may lead out of the data directory. */
const fileName = z.string().regex(/^(?!\.)[A-Za-z0-9._-]{1,100}$/);
const hex = z.string().regex(/^[0-9a-f]+$/);

const layout = z.discriminatedUnion('kind', [
  z.strictObject({
    kind: z.literal('cifar'),
    labelBytes: z.union([z.literal(1), z.literal(2)]),
    train: z.array(fileName).min(1),
    test: z.array(fileName).min(1),
  }),
  z.strictObject({
    kind: z.literal('idx'),
    train: z.strictObject({ images: fileName, labels: fileName }),
    test: z.strictObject({ images: fileName, labels: fileName }),
  }),
]);

/** A `dataset.json`: everything the registry knows of a data set but where to download it. */
export const datasetSchema = z.strictObject({
  title: z.string().min(1).max(200),
  height: count.max(4096),
  width: count.max(4096),
  channels: z.union([z.literal(1), z.literal(3)]),
  trainCount: count,
  testCount: count,
  classNames: z.array(z.string().min(1).max(100)).min(2).max(256),
  layout,
  files: z
    .array(
      z.strictObject({
        name: fileName,
        bytes: count,
        checksum: z.strictObject({ algorithm: z.enum(['md5', 'sha1', 'sha256']), hex }),
      }),
    )
    .min(1),
});

/** The folder of a data set of your own; also its name. */
export const datasetFolderSchema = fileName;
