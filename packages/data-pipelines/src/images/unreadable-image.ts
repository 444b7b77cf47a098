// Imports nothing: image workers load it, and no tensor library with it.

/**
 * Why bytes cannot be used as an image, before it is known whose fault that is: the caller knows the image's name and
 * makes a `DataError` of it, or counts it.
 */
export class UnreadableImage extends Error {
  readonly wanted: string;
  readonly received: string;

  constructor(wanted: string, received: string, options?: { readonly cause?: unknown }) {
    super(`expected ${wanted}, received ${received}`, options);
    this.name = 'UnreadableImage';
    this.wanted = wanted;
    this.received = received;
  }
}
