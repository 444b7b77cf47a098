import type { RefusedImage } from '@resnet-ts/data-pipelines/images';

/** Told one by one; of more, only how many. */
const MOST_TOLD = 5;

/** Says which images could not be decoded and were left out. */
export function tellBroken(broken: readonly RefusedImage[], note: (line: string) => void): void {
  for (const { id, reason } of broken.slice(0, MOST_TOLD)) note(`left out ${id}: ${reason}`);
  if (broken.length > MOST_TOLD) note(`left out ${broken.length - MOST_TOLD} more images that cannot be decoded`);
}
