import { ResidualError } from '@resnet-ts/tensor-ops';

/** Training diverged: the loss, or a tensor about to be saved, became NaN or infinite. Nothing was overwritten. */
export class NonFiniteError extends ResidualError {
  /** The step that failed, from 0. */
  readonly step: number;
  /** Where the first such value was seen: `parameter layer1.0.conv1.weight`. */
  readonly where: string;
  /** The last checkpoint that is whole and finite, or undefined where none was written yet. */
  readonly lastGoodCheckpoint: string | undefined;

  constructor(found: {
    readonly step: number;
    readonly what: string;
    readonly where: string;
    readonly learningRate: number;
    readonly lastGoodCheckpoint: string | undefined;
  }) {
    const from = found.lastGoodCheckpoint ?? 'none was written yet';
    super(
      'ERR_NON_FINITE',
      `expected finite values at step ${found.step}, ${found.what}; first seen in ${found.where}; ` +
        `last good checkpoint: ${from}; try a learning rate lower than ${found.learningRate}, or a warm-up`,
    );
    this.step = found.step;
    this.where = found.where;
    this.lastGoodCheckpoint = found.lastGoodCheckpoint;
  }
}
