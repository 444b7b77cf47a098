import { setImmediate } from 'node:timers/promises';
import { isResidualError, type Batch, type NetworkState } from '@resnet-ts/tensor-ops';
import { pruneCheckpoints } from './checkpoint/checkpoint-folders.js';
import { writeCheckpoint } from './checkpoint/write-checkpoint.js';
import { weightDecays } from './optimizer/decayed-roles.js';
import { rateScales } from './optimizer/parameter-groups.js';
import { advance, EMPTY_WINDOW, type Progress } from './progress.js';
import { readBatches } from './read-batches.js';
import { recipeHash } from './recipe/recipe-hash.js';
import { writeEvaluation, type EvaluationSummary } from './run/evaluation-file.js';
import type { MetricsWriter } from './run/metrics.js';
import { learningRate } from './schedule/learning-rate.js';
import { totalSteps } from './schedule/run-length.js';
import { afterEvaluation } from './schedule/schedule-state.js';
import { Speedometer } from './speedometer.js';
import { checkBatch } from './step/check-batch.js';
import { averageDecay } from './step/average-state.js';
import { firstNonFiniteName } from './step/find-non-finite.js';
import { LeakGuard } from './step/leak-guard.js';
import { memoryCounts, memoryUse } from './step/memory-use.js';
import { NonFiniteError } from './step/non-finite-error.js';
import { trainStep } from './step/train-step.js';
import type { TrainingState } from './step/training-state.js';
import type { TrainingCallbacks, TrainingResult, TrainOptions } from './train-options.js';

/** Where a loop begins. It owns `state` from here on. */
export interface LoopStart {
  readonly state: TrainingState;
  readonly progress: Progress;
  /** The checkpoint that `state` came from. */
  readonly checkpoint: string | undefined;
  /** Training time of earlier sessions. */
  readonly seconds: number;
  /** Steps after which an evaluation is already in the metrics. */
  readonly evaluatedSteps: ReadonlySet<number>;
  readonly metrics: MetricsWriter;
}

/** The loop of one session: steps, log lines, checkpoints and evaluations, in that order at each step. */
export class TrainingLoop {
  readonly #options: TrainOptions;
  readonly #callbacks: TrainingCallbacks;
  readonly #metrics: MetricsWriter;
  readonly #totalSteps: number;
  readonly #weightDecay: readonly number[];
  readonly #rateScale: readonly number[];
  readonly #guard = new LeakGuard();
  readonly #speed: Speedometer;
  readonly #evaluatedSteps: Set<number>;
  #state: TrainingState;
  #progress: Progress;
  #checkpoint: { readonly path: string; readonly step: number } | undefined;
  #evaluation: EvaluationSummary | undefined;

  constructor(options: TrainOptions, start: LoopStart) {
    this.#options = options;
    this.#callbacks = options.callbacks ?? {};
    this.#metrics = start.metrics;
    this.#totalSteps = totalSteps(options.recipe.length, options.batches.batchesPerEpoch);
    this.#weightDecay = weightDecays(options.network.parameters, options.recipe.optimizer);
    this.#rateScale = rateScales(options.network.parameters, options.recipe.optimizer);
    this.#speed = new Speedometer(start.seconds);
    this.#evaluatedSteps = new Set(start.evaluatedSteps);
    this.#state = start.state;
    this.#progress = start.progress;
    this.#checkpoint =
      start.checkpoint === undefined ? undefined : { path: start.checkpoint, step: start.progress.step };
  }

  /** The tensors as they are now: those of the last step that was completed. */
  get state(): TrainingState {
    return this.#state;
  }

  /** What is evaluated and handed out: the average where there is one. */
  get #model(): NetworkState {
    return this.#state.average ?? this.#state.network;
  }

  async run(): Promise<TrainingResult> {
    const { runFolder, batches } = this.#options;
    const totals = { step: this.#progress.step, totalSteps: this.#totalSteps };
    await this.#callbacks.onStart?.({ runFolder, ...totals, checkpoint: this.#checkpoint?.path });
    // The session before may have stopped between a step and the evaluation that was due after it.
    await this.#evaluateIfDue();
    const stream = readBatches(batches, this.#progress);
    let stopped = this.#reasonToStop();
    while (stopped === undefined) {
      await this.#step(stream);
      stopped = this.#reasonToStop();
    }
    const checkpoint = await this.#checkpointHere();
    return {
      stopped,
      step: this.#progress.step,
      totalSteps: this.#totalSteps,
      state: this.#model,
      checkpoint,
      seconds: this.#speed.seconds,
      imagesPerSecond: this.#speed.session,
      waiting: this.#speed.sessionWaiting,
      evaluation: this.#evaluation,
    };
  }

  #reasonToStop(): TrainingResult['stopped'] | undefined {
    const { signal, maximumSteps = Infinity } = this.#options;
    if (this.#progress.step >= this.#totalSteps) return 'finished';
    if (signal?.aborted === true) return 'signal';
    return this.#progress.step >= maximumSteps ? 'maximum-steps' : undefined;
  }

  async #step(stream: AsyncGenerator<Batch, never>): Promise<void> {
    const { recipe } = this.#options;
    const began = performance.now();
    // Promises alone never let timers and signals in: one turn of the event loop a step does.
    await setImmediate();
    const { value: batch } = await stream.next();
    const waited = performance.now() - began;
    const rate = learningRate(recipe.schedule, this.#progress.step, this.#totalSteps, this.#progress.schedule);
    const result = this.#compute(batch, rate);
    this.#speed.add(result.examples, (performance.now() - began) / 1000, waited / 1000);
    await this.#report(rate, result);
    const { step } = this.#progress;
    if (step % recipe.logEverySteps === 0 || step === this.#totalSteps) await this.#log(rate);
    if (step % recipe.checkpointEverySteps === 0 || step === this.#totalSteps) await this.#checkpointHere();
    await this.#evaluateIfDue();
  }

  /** The part of a step that runs without an `await`. Disposes the batch. */
  #compute(batch: Batch, rate: number): { loss: number; mistakes: number; examples: number } {
    const { network, recipe, batches } = this.#options;
    const { step, epoch } = this.#progress;
    try {
      const labels = batch.labels.dataSync();
      checkBatch(batch, labels, network, `batch ${this.#progress.batch} of epoch ${epoch}`);
      const before = memoryCounts();
      const output = trainStep({
        network,
        recipe,
        state: this.#state,
        batch,
        labels,
        learningRate: rate,
        weightDecay: this.#weightDecay,
        rateScale: this.#rateScale,
        averageDecay: recipe.averaging && averageDecay(recipe.averaging, step + 1, this.#totalSteps),
        randomness: { seed: recipe.seed, step },
      });
      if ('nonFinite' in output) throw this.#nonFinite(step, `the loss was ${output.loss}`, output.nonFinite, rate);
      this.#state = output.state;
      this.#guard.checkStep(step, before, memoryCounts());
      const result = { loss: output.loss, mistakes: output.mistakes, examples: labels.length };
      this.#progress = advance(this.#progress, result, { recipe, batchesPerEpoch: batches.batchesPerEpoch });
      return result;
    } finally {
      batch.images.dispose();
      batch.labels.dispose();
    }
  }

  async #report(rate: number, result: { loss: number; mistakes: number; examples: number }): Promise<void> {
    const { step } = this.#progress;
    const memory = memoryUse();
    this.#guard.checkBetween(step, memory);
    const imagesPerSecond = this.#speed.current;
    await this.#callbacks.onStep?.({
      step,
      totalSteps: this.#totalSteps,
      epoch: this.#epochsDone(),
      learningRate: rate,
      loss: result.loss,
      error: result.mistakes / result.examples,
      imagesPerSecond,
      etaSeconds: imagesPerSecond > 0 ? ((this.#totalSteps - step) * result.examples) / imagesPerSecond : 0,
      memory,
    });
  }

  async #log(rate: number): Promise<void> {
    const { step, window } = this.#progress;
    await this.#metrics.append({
      kind: 'step',
      step,
      epoch: this.#epochsDone(),
      learningRate: rate,
      loss: window.loss / window.steps,
      error: window.mistakes / window.examples,
      ...this.#speed.lap(),
      seconds: this.#speed.seconds,
      memory: memoryUse(),
    });
    this.#progress = { ...this.#progress, window: EMPTY_WINDOW };
  }

  /** Writes a checkpoint of this very step unless there is one; returns its folder. */
  async #checkpointHere(): Promise<string> {
    const { runFolder, recipe, network, batches } = this.#options;
    const { step } = this.#progress;
    if (this.#checkpoint?.step === step) return this.#checkpoint.path;
    const { network: state, velocities, average } = this.#state;
    const bad =
      firstNonFiniteName({ ...state.parameters, ...state.buffers }) ??
      firstNonFiniteName(velocities) ??
      firstNonFiniteName({ ...average?.parameters, ...average?.buffers });
    if (bad !== undefined) {
      const rate = learningRate(recipe.schedule, step, this.#totalSteps, this.#progress.schedule);
      throw this.#nonFinite(step, 'before the checkpoint was written', bad, rate);
    }
    await this.#metrics.sync();
    const fixed = {
      network: network.name,
      classes: network.classes,
      recipeHash: recipeHash(recipe),
      seed: recipe.seed,
      totalSteps: this.#totalSteps,
      batchesPerEpoch: batches.batchesPerEpoch,
      examples: batches.examples,
    };
    const position = { ...fixed, ...this.#progress };
    const path = await writeCheckpoint(runFolder, { position, state, velocities, average });
    this.#checkpoint = { path, step };
    await pruneCheckpoints(runFolder, { keep: recipe.keepCheckpoints, step });
    await this.#callbacks.onCheckpoint?.(this.#checkpoint);
    return path;
  }

  async #evaluateIfDue(): Promise<void> {
    const { evaluate, signal, recipe, runFolder } = this.#options;
    const { step, epoch, batch } = this.#progress;
    const every = recipe.evaluateEveryEpochs;
    const due = step === this.#totalSteps || (every > 0 && step > 0 && batch === 0 && epoch % every === 0);
    if (evaluate === undefined || !due || this.#evaluatedSteps.has(step) || signal?.aborted === true) return;
    const at = { step, epoch: this.#epochsDone() };
    let evaluation: EvaluationSummary;
    try {
      evaluation = { ...(await evaluate(this.#model, at)), step };
    } catch (error) {
      // Stopped in the middle of it: the resumed run evaluates again.
      if (this.#isAborted() && !isResidualError(error)) return;
      throw error;
    }
    const { examples, loss, top1Error, top5Error } = evaluation;
    await this.#metrics.append({
      kind: 'evaluation',
      ...at,
      examples,
      loss,
      top1Error,
      ...(top5Error === undefined ? {} : { top5Error }),
    });
    this.#evaluatedSteps.add(step);
    const schedule = afterEvaluation(recipe.schedule, this.#progress.schedule, { step, loss, top1Error });
    this.#progress = { ...this.#progress, schedule };
    if (step === this.#totalSteps) {
      this.#evaluation = evaluation;
      await writeEvaluation(runFolder, evaluation);
    }
    await this.#callbacks.onEvaluation?.({ ...at, evaluation });
  }

  #isAborted(): boolean {
    return this.#options.signal?.aborted === true;
  }

  #epochsDone(): number {
    return this.#progress.step / this.#options.batches.batchesPerEpoch;
  }

  #nonFinite(step: number, what: string, where: string, rate: number): NonFiniteError {
    return new NonFiniteError({ step, what, where, learningRate: rate, lastGoodCheckpoint: this.#checkpoint?.path });
  }
}
