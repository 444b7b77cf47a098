export { train } from './train.js';
export type { StepReport, TrainingCallbacks, TrainingResult, TrainOptions } from './train-options.js';
export { trainStep } from './step/train-step.js';
export type { StepFailure, StepInput, StepOutput } from './step/train-step.js';
export { averageDecay } from './step/average-state.js';
export { disposeTrainingState, initialTrainingState } from './step/training-state.js';
export type { TrainingState } from './step/training-state.js';
export { LeakError } from './step/leak-guard.js';
export { NonFiniteError } from './step/non-finite-error.js';

export { parseRecipe, parseRecipeText } from './recipe/parse-recipe.js';
export { namedRecipe, recipeNames } from './recipe/named-recipes.js';
export { describeRecipe } from './recipe/describe-recipe.js';
export type { RecipeLine } from './recipe/describe-recipe.js';
export { recipeHash } from './recipe/recipe-hash.js';
export { recipeDifferences } from './recipe/recipe-differences.js';
export type { RecipeDifference } from './recipe/recipe-differences.js';
export type { Recipe } from './recipe/recipe-schema.js';
export type { Averaging } from './recipe/averaging-schema.js';
export type { GradientClip, Optimizer } from './recipe/optimizer-schema.js';
export type { Schedule, Warmup } from './recipe/schedule-schema.js';
export { isImageFolder, namedSetData } from './recipe/data-schema.js';
export type { ImageFolderData, NamedSetData, RecipeData } from './recipe/data-schema.js';

export { learningRate } from './schedule/learning-rate.js';
export { afterEvaluation, initialScheduleState, nextScheduleState } from './schedule/schedule-state.js';
export type { ScheduleState } from './schedule/schedule-state.js';
export { totalSteps } from './schedule/run-length.js';
export { decayedRoles, weightDecays } from './optimizer/decayed-roles.js';
export { rateScales } from './optimizer/parameter-groups.js';

export { latestCheckpoint, loadCheckpoint, verifyCheckpoint } from './checkpoint/read-checkpoint.js';
export type { LoadedCheckpoint, RefusedCheckpoint } from './checkpoint/read-checkpoint.js';
export { listCheckpoints } from './checkpoint/checkpoint-folders.js';
export type { CheckpointEntry } from './checkpoint/checkpoint-folders.js';
export type { Position } from './checkpoint/position.js';

export { createRunFolder, isRunFolder, readRecipe, resolveRunFolder, runFolders } from './run/run-folder.js';
export { RunLockedError } from './run/run-lock.js';
export { replaceFile } from './run/atomic-write.js';
export { readMetrics } from './run/metrics.js';
export { withoutTiming } from './run/metrics-schema.js';
export type { EvaluationRecord, MemoryUse, MetricsRecord, StepRecord } from './run/metrics-schema.js';
export { readEnvironment } from './run/environment.js';
export type { Environment, EnvironmentSession } from './run/environment.js';
export { readEvaluation, writeEvaluation } from './run/evaluation-file.js';
export type { EvaluationSummary } from './run/evaluation-file.js';
export { writeReport } from './report/write-report.js';
