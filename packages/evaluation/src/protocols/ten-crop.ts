import { assertCrop, centreView, type CropOptions, type Protocol } from './protocol.js';

/**
 * The standard 10-crop test of section 3.4 and Tables 2 and 3: four corners and the middle, each with its mirror image,
 * softmax outputs averaged (Krizhevsky et al. 2012, section 4.1; the authors' release: 224 of shorter side 256).
 * Order: the five as they are (top left, top right, bottom left, bottom right, middle), then mirrored.
 *
 * @throws ArgumentError for sizes that do not fit
 * @example
 * const report = await evaluateImages({ members: [{ model, protocol: tenCrop() }], images });
 */
export function tenCrop({ cropSize = 224, shorterSide = 256, average = 'probabilities' }: CropOptions = {}): Protocol {
  assertCrop(cropSize, shorterSide);
  return {
    name: `10-crop ${cropSize} of ${shorterSide}`,
    shorterSides: [shorterSide],
    average,
    views(height, width) {
      const [bottom, right] = [height - cropSize, width - cropSize];
      const corner = { height: cropSize, width: cropSize, mirrored: false };
      const upright = [
        { ...corner, top: 0, left: 0 },
        { ...corner, top: 0, left: right },
        { ...corner, top: bottom, left: 0 },
        { ...corner, top: bottom, left: right },
        centreView(height, width, cropSize),
      ];
      return [...upright, ...upright.map((view) => ({ ...view, mirrored: true }))];
    },
  };
}
