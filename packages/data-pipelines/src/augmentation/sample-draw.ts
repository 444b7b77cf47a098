// Imports nothing: image workers load it, and no tensor library with it.

/** One attempt at a crop of random area and aspect, each number in [0, 1). */
export interface AreaAttempt {
  readonly area: number;
  readonly aspect: number;
  readonly row: number;
  readonly column: number;
}

/** Which part of an image a sample shows, drawn before the image's size is known. */
export type FrameDraw =
  /** The whole image. */
  | { readonly kind: 'whole'; readonly shorterSide: number }
  | { readonly kind: 'centre'; readonly shorterSide: number; readonly size: number }
  /** `row` and `column` in [0, 1): where the window lies in what the scaled image leaves free. */
  | {
      readonly kind: 'scale-crop';
      readonly shorterSide: number;
      readonly size: number;
      readonly row: number;
      readonly column: number;
    }
  | {
      readonly kind: 'area-crop';
      readonly size: number;
      readonly area: readonly [number, number];
      readonly aspect: readonly [number, number];
      readonly attempts: readonly AreaAttempt[];
    };

/** A change of colour: each factor blends the image with black, with its mean grey, or with its own grey. */
export interface JitterDraw {
  readonly order: readonly ('brightness' | 'contrast' | 'saturation')[];
  readonly brightness: number;
  readonly contrast: number;
  readonly saturation: number;
}

/** All that is random about one sample of one epoch. Plain data, so that it can be sent to a worker. */
export interface SampleDraw {
  readonly frame: FrameDraw;
  readonly mirrored: boolean;
  readonly jitter?: JitterDraw;
  /** Added to every pixel's red, green and blue, in units of bytes. */
  readonly shift?: readonly [number, number, number];
}
