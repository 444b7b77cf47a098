import { CHECKPOINTING } from '@resnet-ts/tensor-ops';
import { z } from 'zod';
import { averagingSchema } from './averaging-schema.js';
import { dataSchema, isImageFolder } from './data-schema.js';
import { initializationSchema } from './initialization-schema.js';
import { erasingSchema, mixingSchema } from './mixing-schema.js';
import { optimizerSchema } from './optimizer-schema.js';
import { scheduleSchema } from './schedule-schema.js';

const positiveInteger = z.number().int().positive();

/** Everything that decides a run's outcome. Every object is strict: a key that is not listed is an error. */
export const recipeSchema = z
  .strictObject({
    /** Where the recipe came from; for people. */
    name: z.string().min(1).max(100),
    /** A name of the architectures package, such as `resnet20`. */
    network: z.string().min(1).max(100),
    classes: positiveInteger.max(100_000),
    data: dataSchema,
    batchSize: positiveInteger.max(1_000_000),
    length: z.union([z.strictObject({ epochs: positiveInteger }), z.strictObject({ steps: positiveInteger })]),
    optimizer: optimizerSchema,
    schedule: scheduleSchema,
    /** What is evaluated in place of the weights that are trained. Absent: those themselves. */
    averaging: averagingSchema.optional(),
    /**
     * Stochastic depth, by whoever makes the network (`dropPath` of createNetwork): probability with which the branch of
     * the last block is dropped in training, growing linearly with depth. Absent: the network's own.
     */
    dropPath: z.number().min(0).lt(1).optional(),
    /** Parameters that begin with values measured on the training images. Absent: all begin with random values. */
    initialization: initializationSchema.optional(),
    /** Pictures of two images in the training batches. Absent: none. */
    mixing: mixingSchema.optional(),
    /** Parts of training images that are set to 0, before mixing. Absent: none. */
    erasing: erasingSchema.optional(),
    labelSmoothing: z.number().min(0).lt(1),
    /** Decides initial weights, shuffling, crops and flips. */
    seed: z.number().int().min(0).max(Number.MAX_SAFE_INTEGER),
    /** `bf16-mixed`: bfloat16 products summed in float32, where processor and backend have them; float32 elsewhere. */
    precision: z.enum(['float32', 'bf16-mixed']),
    /**
     * Of the native backend: `fast` uses Winograd where it applies, `direct` sums every product one by one, with about a
     * quarter of the rounding error. Other backends have one way. Recipes from before this field are `fast`.
     */
    convolution: z.enum(['fast', 'direct']).default('fast'),
    /**
     * What a step keeps between its forward and its backward pass: memory against time, the same bits, so that a run may
     * be resumed with another one. Absent: the network's own choice.
     */
    checkpointing: z.enum(CHECKPOINTING).optional(),
    checkpointEverySteps: positiveInteger,
    /** Checkpoints left in the run folder; older ones are removed. */
    keepCheckpoints: positiveInteger.max(10_000),
    logEverySteps: positiveInteger,
    /** 0: only after the last step. */
    evaluateEveryEpochs: z.number().int().min(0),
  })
  .superRefine(({ batchSize, data, optimizer, schedule, evaluateEveryEpochs, initialization }, context) => {
    const refuse = (path: readonly string[], wanted: string): void => {
      context.addIssue({ code: 'custom', path: [...path], message: `Invalid input: expected ${wanted}` });
    };
    if (schedule.kind === 'plateau' && evaluateEveryEpochs === 0)
      refuse(['evaluateEveryEpochs'], 'at least 1, as a plateau is seen in evaluations,');
    if (initialization !== undefined && isImageFolder(data))
      refuse(['initialization'], 'none, as patches are measured on data sets in memory,');
    if (batchSize % (optimizer.microBatches ?? 1) !== 0)
      refuse(['optimizer', 'microBatches'], `a divisor of the batch size ${batchSize}`);
  });

/** Everything that decides a run's outcome: network, data, optimiser, schedule, seed, arithmetic and log intervals. */
export type Recipe = z.infer<typeof recipeSchema>;
