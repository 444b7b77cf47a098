/** Red, green and blue, 0–255. */
export type Color = readonly [red: number, green: number, blue: number];

/** Viridis (van der Walt and Smith 2015) at tenths: even to the eye, in grey too, and to the colour-blind. */
const VIRIDIS: readonly Color[] = [
  [68, 1, 84],
  [72, 40, 120],
  [62, 73, 137],
  [49, 104, 142],
  [38, 130, 142],
  [31, 158, 137],
  [53, 183, 121],
  [110, 206, 88],
  [181, 222, 43],
  [253, 231, 37],
];

/** The colour of a share from 0 to 1; shares beyond are cut, and NaN is grey. */
export function colorOfShare(share: number): Color {
  if (Number.isNaN(share)) return [128, 128, 128];
  const place = Math.min(1, Math.max(0, share)) * (VIRIDIS.length - 1);
  const below = Math.min(VIRIDIS.length - 2, Math.floor(place));
  const part = place - below;
  const [low = [0, 0, 0], high = [0, 0, 0]] = [VIRIDIS[below], VIRIDIS[below + 1]];
  const mix = (channel: 0 | 1 | 2): number => Math.round(low[channel] + part * (high[channel] - low[channel]));
  return [mix(0), mix(1), mix(2)];
}

/** The largest finite value; 0 where there is none above it. */
export function largestOf(values: ArrayLike<number>): number {
  let largest = 0;
  for (let k = 0; k < values.length; k += 1) {
    const value = values[k] ?? Number.NaN;
    if (Number.isFinite(value) && value > largest) largest = value;
  }
  return largest;
}
