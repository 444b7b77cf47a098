// Imports nothing: see unreadable-image.ts.

/** Whole pixels of an image; the corner counts from 0. */
export interface Rectangle {
  readonly left: number;
  readonly top: number;
  readonly width: number;
  readonly height: number;
}

/** What is wanted of an upright image, in this order: a region of it, scaled, and a window of that. */
export interface View {
  /** Default: the whole image. */
  readonly region?: Rectangle;
  /** What the region is scaled to, pixels. */
  readonly width: number;
  readonly height: number;
  /** Of the scaled region. Default: all of it. */
  readonly window?: Rectangle;
}

/** The view for an image of a size, pixels. */
export type Framing = (width: number, height: number) => View;

/**
 * The size whose shorter side is `side`, the aspect kept: the longer side rounded down, as torchvision's `Resize` does.
 */
export function shorterSideSize(
  width: number,
  height: number,
  side: number,
): { readonly width: number; readonly height: number } {
  return width <= height
    ? { width: side, height: Math.max(side, Math.floor((side * height) / width)) }
    : { width: Math.max(side, Math.floor((side * width) / height)), height: side };
}

/** The window of `size` × `size` at the centre, rounded as torchvision's `CenterCrop` (half to even). */
export function centreWindow(width: number, height: number, size: number): Rectangle {
  return { left: halfToEven(width - size), top: halfToEven(height - size), width: size, height: size };
}

function halfToEven(twice: number): number {
  const half = Math.floor(twice / 2);
  return twice % 2 === 0 || half % 2 === 0 ? half : half + 1;
}
