import { assertCrop, centreView, type CropOptions, type Protocol } from './protocol.js';

/**
 * One crop from the middle of the image: the usual single-view test, 224 of 256.
 *
 * @throws ArgumentError for sizes that do not fit
 * @example
 * singleCrop({ cropSize: 32, shorterSide: 32 }); // CIFAR: the image as it is (paper, section 4.2)
 */
export function singleCrop({
  cropSize = 224,
  shorterSide = 256,
  average = 'probabilities',
}: CropOptions = {}): Protocol {
  assertCrop(cropSize, shorterSide);
  return {
    name: `1-crop ${cropSize} of ${shorterSide}`,
    shorterSides: [shorterSide],
    average,
    views: (height, width) => [centreView(height, width, cropSize)],
  };
}
