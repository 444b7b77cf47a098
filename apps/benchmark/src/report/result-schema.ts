import { z } from 'zod';

/** Version of the files that `--save` and `--json` write; `compare` refuses others. */
export const RESULT_VERSION = 1;

const summary = z.object({ median: z.number(), lowest: z.number(), highest: z.number() });

/** One thing that one contender was timed at. */
const measurement = z.object({
  /** What was timed, the same in every file: `resnet20 batch 128 float32 2 threads`, `3×3 56²×64→64 forward`. */
  subject: z.string(),
  contender: z.string(),
  /** What the contender says of itself: versions, instruction set. */
  description: z.string(),
  /** Of one step (one batch, one kernel call, one epoch, one start), over the rounds. */
  milliseconds: summary,
  rounds: z.number().int().positive(),
  stepsPerRound: z.number().int().positive(),
  /** Images a step. */
  batch: z.number().int().positive(),
  imagesPerSecond: summary,
  /** 10⁹ operations of direct convolution a second, whatever algorithm is used, at the median. */
  gigaflops: z.number().optional(),
  /** Of the multiply-add rate measured on as many threads. */
  shareOfPeak: z.number().optional(),
  /** 10⁹ bytes a second that must at least move (inputs read once, outputs written once), at the median. */
  gigabytesPerSecond: z.number().optional(),
  /** Of the memory bandwidth measured on as many threads. */
  shareOfBandwidth: z.number().optional(),
  /** The most memory that the contender's process held from its warm-up on (ever, where the system cannot say). */
  peakResidentBytes: z.number().optional(),
  /** Energy of the processor package for one image, at the median. */
  joulesPerImage: z.number().optional(),
  /** At the common weights, where it was verified. */
  loss: z.number().optional(),
});

const environment = z.object({
  processor: z.string(),
  processors: z.number(),
  memoryBytes: z.number(),
  system: z.string(),
  node: z.string(),
  /** Commit of the repository; null outside one. */
  commit: z.string().nullable(),
});

/** Everything that a later reader needs to judge a figure, or to take it again. */
export const resultSchema = z.object({
  version: z.literal(RESULT_VERSION),
  benchmark: z.enum(['step', 'kernels', 'inference', 'data', 'epoch', 'scaling', 'startup']),
  date: z.string(),
  command: z.string(),
  /** What was asked for, by option. */
  settings: z.record(z.string(), z.union([z.string(), z.number(), z.boolean(), z.null()])),
  environment,
  /** Share of the machine that other programs used, before and after. */
  otherLoad: z.object({ before: z.number(), after: z.number() }),
  /** Measured limits of the machine, on the threads of this run. */
  limits: z.object({
    /** 10⁹ multiply-add operations a second from registers. */
    peakGigaflops: z.number().optional(),
    /** 10⁹ bytes a second, reads and writes of a large copy. */
    memoryGigabytesPerSecond: z.number().optional(),
  }),
  measurements: z.array(measurement),
  /** Peers that did not take part, and why. */
  skipped: z.array(z.object({ contender: z.string(), reason: z.string() })),
  /** What else must be said of the figures. */
  notes: z.array(z.string()),
});

export type Summary = z.infer<typeof summary>;
export type Measurement = z.infer<typeof measurement>;
export type Environment = z.infer<typeof environment>;
export type BenchmarkResult = z.infer<typeof resultSchema>;
