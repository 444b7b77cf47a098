/** Images on the host: `[images, height, width, channels]`, row-major. */
export interface ImageValues {
  readonly values: Float32Array;
  readonly images: number;
  readonly height: number;
  readonly width: number;
  readonly channels: number;
}
