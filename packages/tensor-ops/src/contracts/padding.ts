/** Explicit zero padding of the two spatial axes, in pixels. Never "same": at stride 2 frameworks disagree on it. */
export interface Padding2d {
  readonly top: number;
  readonly bottom: number;
  readonly left: number;
  readonly right: number;
}
