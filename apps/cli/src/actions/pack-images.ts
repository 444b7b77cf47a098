import { openImageSets, packImages, type PackedPart } from '@resnet-ts/data-pipelines/images';
import type { PackOptions } from '../commands/image-data.js';
import { formatCount } from '../format.js';
import { createOutput } from '../output.js';
import { countProgress } from '../progress/count-progress.js';
import { formatTable } from '../table.js';
import { tellBroken } from '../test-images/tell-broken.js';

const MEBIBYTE = 2 ** 20;

/** `resnet data pack`: images for repeated runs as shards of JPEGs no larger than training needs them. */
export async function packAction(folder: string, options: PackOptions): Promise<void> {
  const output = createOutput(options.json ?? false);
  const sets = await openImageSets(folder);
  const { out, shorterSide, quality, perShard, onBroken } = options;
  const progress = countProgress(sets.train.count + sets.validation.count, 'images');
  const { train, validation } = await packImages(sets, out, {
    ...{ shorterSide, quality, imagesPerShard: perShard, onBroken },
    onProgress: (done) => progress.update(done),
  }).finally(progress.stop);
  const parts = [
    { set: 'training', ...train },
    { set: 'validation', ...validation },
  ];
  tellBroken(
    parts.flatMap(({ broken }) => broken),
    output.note,
  );
  output.result({ folder, out, classes: sets.train.classNames.length, parts }, () =>
    [
      formatTable(
        ['set', 'kept', 'encoded anew', 'scaled', 'broken', 'MiB'].map((head, column) => ({
          head,
          align: column === 0 ? ('left' as const) : ('right' as const),
        })),
        parts.map((part) => [part.set, ...describe(part)]),
      ),
      '',
      `to train on them: --data ${out}`,
    ].join('\n'),
  );
}

function describe({ kept, converted, scaled, broken, bytes }: PackedPart): string[] {
  return [
    ...[kept, converted, scaled, broken.length].map((count) => formatCount(count)),
    (bytes / MEBIBYTE).toFixed(1),
  ];
}
