import { DataError, expected } from '@resnet-ts/tensor-ops';
import { readValidationSynsets } from './ilsvrc-devkit.js';
import type { ImageSource, RefusedImage } from './image-source.js';
import { type ImageEntry, byCodeUnits, listSource } from './list-source.js';
import { indexTar } from './tar-index.js';

export interface IlsvrcValidationOptions {
  /** `ILSVRC2012_devkit_t12.tar.gz`, or the folder that it unpacks to. */
  readonly devkit: string;
  /** The synsets' ids in the order of their labels: those of the training images. */
  readonly classNames: readonly string[];
}

/**
 * ILSVRC's validation images straight from the official archive `ILSVRC2012_img_val.tar`, which holds 50,000 files
 * without a folder, with their classes from the development kit. Nothing is unpacked.
 *
 * @throws DataError where archive or kit is damaged, a name has no number, or a class is not among the training images'
 * @example
 * const train = await openIlsvrcTrain('ILSVRC2012_img_train.tar');
 * const options = { devkit: 'ILSVRC2012_devkit_t12.tar.gz', classNames: train.classNames };
 * const validation = await openIlsvrcValidation('ILSVRC2012_img_val.tar', options);
 */
export async function openIlsvrcValidation(
  archive: string,
  { devkit, classNames }: IlsvrcValidationOptions,
): Promise<ImageSource> {
  const synsets = await readValidationSynsets(devkit);
  const labels = new Map(classNames.map((name, label) => [name, label]));
  const index = await indexTar(archive);
  const entries: ImageEntry[] = [];
  const passedOver: RefusedImage[] = [...index.passedOver];
  for (const { name, offset, bytes } of [...index.files].sort((a, b) => byCodeUnits(a.name, b.name))) {
    const number = /_val_(\d{8})\.JPEG$/.exec(name)?.[1];
    if (number === undefined) {
      passedOver.push({ id: name, reason: 'not named as a validation image' });
      continue;
    }
    const synset = synsets[Number(number) - 1];
    if (synset === undefined) {
      throw new DataError(archive, expected(`a number from 1 to ${synsets.length}`, 'the name of an image', name));
    }
    const label = labels.get(synset);
    if (label === undefined) {
      throw new DataError(archive, expected('a class of the training images', `the synset of ${name}`, synset));
    }
    entries.push({ id: name, label, location: { kind: 'range', path: archive, offset, bytes } });
  }
  return listSource({ name: archive, classNames, entries, passedOver });
}
