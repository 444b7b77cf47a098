const MARKER = Symbol.for('@resnet-ts/error');

/**
 * Base of every error this project throws on purpose. `code` is stable; the data fields of a subclass say more.
 * The marker works across duplicate installs, where `instanceof` does not.
 */
export class ResidualError extends Error {
  readonly code: string;
  readonly [MARKER] = true;

  constructor(code: string, message: string, options?: { readonly cause?: unknown }) {
    super(message, options);
    this.name = new.target.name;
    this.code = code;
  }
}

/** True for an error thrown on purpose by any copy of this project. */
export function isResidualError(error: unknown): error is ResidualError {
  return typeof error === 'object' && error !== null && MARKER in error;
}

/** A caller passed something the function cannot take: fix the call. */
export class ArgumentError extends ResidualError {
  constructor(message: string) {
    super('ERR_ARGUMENT', message);
  }
}

/** A tensor has the wrong shape or dtype: fix the caller. */
export class ShapeError extends ResidualError {
  constructor(message: string) {
    super('ERR_SHAPE', message);
  }
}

/** Valid, but nothing here can run it; the message says why. */
export class UnsupportedError extends ResidualError {
  constructor(message: string) {
    super('ERR_UNSUPPORTED', message);
  }
}

/** Something read from outside (a file, a download) is damaged or not what it claims to be: it was not used. */
export class DataError extends ResidualError {
  /** The file or address at fault. */
  readonly source: string;

  constructor(source: string, message: string, options?: { readonly cause?: unknown }) {
    super('ERR_DATA', `${source}: ${message}`, options);
    this.source = source;
  }
}
