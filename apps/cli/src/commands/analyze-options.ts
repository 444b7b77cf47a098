import type { CamMethod } from '@resnet-ts/evaluation';

/** Options that every analysis has, as commander parses them. */
export interface AnalyzeOptions {
  readonly data: string;
  readonly out?: string;
  readonly batch: number;
  readonly threads?: number;
  readonly backend: string;
  readonly json?: boolean;
}

/** Of those that look at many images. */
export interface AnalyzeSetOptions extends AnalyzeOptions {
  readonly examples: number;
}

/** Of those that look at blocks. */
export interface AnalyzeBlocksOptions extends AnalyzeSetOptions {
  readonly block: readonly string[];
}

/** Of `resnet analyze grad-cam`. */
export interface GradCamCommandOptions extends AnalyzeSetOptions {
  readonly block?: string;
  readonly class?: string;
  readonly method: CamMethod;
}
