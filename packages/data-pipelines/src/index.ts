export type {
  Checksum,
  CifarLayout,
  DatasetDescription,
  DatasetFile,
  IdxLayout,
} from './datasets/dataset-description.js';
export { datasetInfo, datasetNames } from './datasets/dataset-registry.js';
export { type LoadDatasetOptions, type LoadedDataset, loadDataset } from './datasets/load-dataset.js';
export { type FetchDatasetOptions, type FetchResult, fetchDataset } from './fetch/fetch-dataset.js';
export { type DatasetVerification, type FileVerification, verifyDataset } from './fetch/verify-dataset.js';
export type { FetchProgress, Mirror, MirrorContext } from './mirrors/mirror.js';
export { type ArchiveMirrorOptions, archiveMirror } from './mirrors/archive-mirror.js';
export { type GzipFilesMirrorOptions, gzipFilesMirror } from './mirrors/gzip-files-mirror.js';
export { type DebianPackageMirrorOptions, debianPackageMirror } from './mirrors/debian-package-mirror.js';
export { type DecodeCifarOptions, decodeCifar } from './readers/decode-cifar.js';
export { type DecodeIdxOptions, decodeIdxImages, decodeIdxLabels } from './readers/decode-idx.js';
export type { ImageSet } from './sets/image-set.js';
export { perPixelMean } from './sets/per-pixel-mean.js';
export { type PatchWhiteningOptions, patchWhitening } from './sets/patch-whitening.js';
export { type SplitOptions, splitTrainValidation } from './sets/split-train-validation.js';
export type { Augmentation } from './transforms/draw-placements.js';
export type { BatchTensors } from './batches/batch-stream.js';
export { type ImageLayout, type ImagePlace, locateTestImages } from './sources/locate-images.js';
export {
  type EvaluationBatches,
  type EvaluationBatchesOptions,
  createEvaluationBatches,
} from './batches/create-evaluation-batches.js';
export {
  type TrainingBatches,
  type TrainingBatchesOptions,
  createTrainingBatches,
} from './batches/create-training-batches.js';
