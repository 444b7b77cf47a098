import { DataError, expected } from '@resnet-ts/tensor-ops';
import { isImageName } from '../images/image-format.js';
import type { ImageSource, RefusedImage } from './image-source.js';
import { type ImageEntry, byCodeUnits, listSource } from './list-source.js';
import { indexTar } from './tar-index.js';

/**
 * ILSVRC's training images straight from the official archive `ILSVRC2012_img_train.tar`, which holds one archive a
 * class (`n01440764.tar`, …). Only headers are read here, 1.28 million of them; nothing is unpacked. Labels are
 * positions among the synsets' ids, sorted, as every published network has them.
 *
 * @throws DataError where the archive is damaged, or holds other things than archives
 * @example
 * const train = await openIlsvrcTrain('ILSVRC2012_img_train.tar');
 * console.log(train.count, train.classNames[0]); // 1281167 'n01440764'
 */
export async function openIlsvrcTrain(archive: string): Promise<ImageSource> {
  const outer = await indexTar(archive);
  const passedOver: RefusedImage[] = [...outer.passedOver];
  const classes = outer.files
    .filter(({ name }) => name.endsWith('.tar'))
    .map((file) => ({ file, synset: file.name.slice(0, -'.tar'.length) }))
    .sort((first, second) => byCodeUnits(first.synset, second.synset));
  if (classes.length === 0) {
    const remedy = 'for an archive of images with labels beside them, use openWebDataset';
    throw new DataError(archive, expected('archives n….tar, one a class,', 'the archive', 'none', remedy));
  }
  const entries: ImageEntry[] = [];
  for (const [label, { file, synset }] of classes.entries()) {
    const inner = await indexTar(archive, file);
    const images = inner.files.filter(({ name }) => isImageName(name));
    if (images.length === 0) throw new DataError(archive, expected('images', `the class ${synset}`, 'none'));
    for (const refused of inner.passedOver) passedOver.push({ ...refused, id: `${synset}/${refused.id}` });
    for (const { name, offset, bytes } of images) {
      const location = { kind: 'range', path: archive, offset, bytes } as const;
      entries.push({ id: `${synset}/${name}`, label, location });
    }
  }
  return listSource({ name: archive, classNames: classes.map(({ synset }) => synset), entries, passedOver });
}
