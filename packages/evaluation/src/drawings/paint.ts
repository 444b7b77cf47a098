import { ArgumentError, expected } from '@resnet-ts/tensor-ops';
import type { FeatureMaps, HeatMap } from '../analysis/feature-maps.js';
import { featureMap } from '../analysis/feature-maps.js';
import type { PixelImage } from '../protocols/test-images.js';
import { colorOfShare, largestOf } from './palette.js';

/** A painted picture, ready for an encoder: red, green, blue, 0–255. */
export interface Picture extends PixelImage {
  readonly channels: 3;
  readonly values: Uint8ClampedArray;
}

function emptyPicture(height: number, width: number): Picture {
  return { height, width, channels: 3, values: new Uint8ClampedArray(height * width * 3) };
}

/**
 * A map over the image it explains: colours from dark to bright, the map enlarged between the middles of its squares.
 *
 * @param image grey or colour, 0–255, of any size
 * @param opacity of the colours, 0–1
 * @throws ArgumentError for an image of other channels or an opacity out of range
 *
 * @example
 * const picture = paintOverlay(map, image);
 * await sharp(picture.values, { raw: picture }).png().toFile('grad-cam.png');
 */
export function paintOverlay(map: HeatMap, image: PixelImage, opacity = 0.5): Picture {
  const { height, width, channels, values } = image;
  if (channels !== 1 && channels !== 3) throw new ArgumentError(expected('1 or 3 channels', 'image', channels));
  if (!(opacity >= 0 && opacity <= 1)) throw new ArgumentError(expected('a number from 0 to 1', 'opacity', opacity));
  const picture = emptyPicture(height, width);
  const largest = largestOf(map.values);
  for (let y = 0; y < height; y += 1) {
    for (let x = 0; x < width; x += 1) {
      const value = valueBetween(map, ((y + 0.5) / height) * map.height - 0.5, ((x + 0.5) / width) * map.width - 0.5);
      const color = colorOfShare(largest > 0 ? value / largest : 0);
      const place = y * width + x;
      color.forEach((bright, channel) => {
        const own = values[place * channels + (channels === 1 ? 0 : channel)] ?? 0;
        picture.values[place * 3 + channel] = (1 - opacity) * own + opacity * bright;
      });
    }
  }
  return picture;
}

/** Bilinear, the edge continued. */
function valueBetween({ height, width, values }: HeatMap, y: number, x: number): number {
  const at = (row: number, column: number): number => {
    const inside = (place: number, size: number): number => Math.min(size - 1, Math.max(0, place));
    return values[inside(row, height) * width + inside(column, width)] ?? Number.NaN;
  };
  const [top, left] = [Math.floor(y), Math.floor(x)];
  const [down, right] = [y - top, x - left];
  const upper = (1 - right) * at(top, left) + right * at(top, left + 1);
  const lower = (1 - right) * at(top + 1, left) + right * at(top + 1, left + 1);
  return (1 - down) * upper + down * lower;
}

/**
 * All channels of a block for one image, side by side in a grid with a gap of a pixel, each in its own scale.
 *
 * @param enlarge pixels to a value
 * @throws ArgumentError for an image that is not there
 *
 * @example
 * const [maps] = await featureMaps({ network, state, images, blocks: ['layer1.0'] });
 * const picture = paintFeatureMaps(maps, 0);
 */
export function paintFeatureMaps(maps: FeatureMaps, image: number, enlarge = 1): Picture {
  const [, height, width, channels] = maps.shape;
  const columns = Math.ceil(Math.sqrt(channels));
  const rows = Math.ceil(channels / columns);
  const [tileHeight, tileWidth] = [height * enlarge + 1, width * enlarge + 1];
  const picture = emptyPicture(rows * tileHeight - 1, columns * tileWidth - 1);
  picture.values.fill(255);
  for (let channel = 0; channel < channels; channel += 1) {
    const map = featureMap(maps, image, channel);
    const largest = largestOf(map.values);
    const [top, left] = [Math.floor(channel / columns) * tileHeight, (channel % columns) * tileWidth];
    for (let y = 0; y < height * enlarge; y += 1) {
      for (let x = 0; x < width * enlarge; x += 1) {
        const value = map.values[Math.floor(y / enlarge) * width + Math.floor(x / enlarge)] ?? Number.NaN;
        picture.values.set(colorOfShare(largest > 0 ? value / largest : 0), ((top + y) * picture.width + left + x) * 3);
      }
    }
  }
  return picture;
}
