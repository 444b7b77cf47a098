export type {
  Checksum,
  CifarLayout,
  DatasetDescription,
  DatasetFile,
  IdxLayout,
} from './datasets/dataset-description.js';
export { datasetInfo, datasetNames } from './datasets/dataset-registry.js';
export { type LoadedDataset, loadDataset } from './datasets/load-dataset.js';
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
export { type SplitOptions, splitTrainValidation } from './sets/split-train-validation.js';
export type { Augmentation } from './transforms/draw-placements.js';
export type { BatchTensors } from './batches/batch-stream.js';
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
export { type DecodeImageOptions, decodeImage } from './images/decode-image.js';
export type { ImageLimits, RenderedImage, ResamplingKernel } from './images/render-image.js';
export type { ImageLocation, ImageSource, RefusedImage } from './sources/image-source.js';
export { type ImageFolderOptions, openImageFolder } from './sources/image-folder.js';
export { openIlsvrcTrain } from './sources/ilsvrc-train.js';
export { type WebDatasetOptions, openWebDataset } from './sources/web-dataset.js';
export { type ParquetOptions, openParquet } from './sources/parquet-source.js';
export {
  type ColourComponents,
  type ColourJitter,
  type ImageAugmentation,
  type Lighting,
  type RandomCrop,
  imagenetColours,
  imagenetNormalization,
  paperAugmentation,
  torchAugmentation,
  torchvisionAugmentation,
} from './augmentation/image-augmentation.js';
export type { BrokenImagePolicy } from './batches/image-loader.js';
export type { ImageBatchOptions, ImageBatchReport, ImageNormalization } from './batches/image-batch-options.js';
export {
  type ImageTrainingBatches,
  type ImageTrainingBatchesOptions,
  createImageTrainingBatches,
} from './batches/create-image-training-batches.js';
export {
  type ImageEvaluationBatches,
  type ImageEvaluationBatchesOptions,
  createImageEvaluationBatches,
} from './batches/create-image-evaluation-batches.js';
export { type CheckImagesOptions, type CheckedImages, checkImages, selectImages } from './sources/check-images.js';
export { type WholeImages, type WholeImagesOptions, wholeImages } from './sources/whole-images.js';
export { type ImageStatistics, type MeasureImagesOptions, measureImages } from './sets/measure-images.js';
