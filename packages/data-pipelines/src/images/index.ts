export type { BatchTensors } from '../batches/batch-stream.js';
export { type DecodeImageOptions, decodeImage } from './decode-image.js';
export type { ImageLimits, RenderedImage } from './render-image.js';
export { type Pixels, scalePixels } from './scale-pixels.js';
export type { ResamplingKernel } from './resampling-weights.js';
export type { ImageLocation, ImageSource, RefusedImage } from '../sources/image-source.js';
export { type ImageFolderOptions, openImageFolder } from '../sources/image-folder.js';
export { openIlsvrcTrain } from '../sources/ilsvrc-train.js';
export { type IlsvrcValidationOptions, openIlsvrcValidation } from '../sources/ilsvrc-validation.js';
export { type WebDatasetOptions, openWebDataset } from '../sources/web-dataset.js';
export { type ImageSets, openImageSets } from '../sources/open-image-sets.js';
export { openImagePlace } from '../sources/open-image-place.js';
export type { ImageLayout, ImagePlace } from '../sources/locate-images.js';
export { type ParquetOptions, openParquet } from '../sources/parquet-source.js';
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
} from '../augmentation/image-augmentation.js';
export { type ImageSamples, type RenderSamplesOptions, renderSamples } from '../augmentation/render-samples.js';
export type { BrokenImagePolicy } from '../batches/image-loader.js';
export type { ImageBatchOptions, ImageBatchReport, ImageNormalization } from '../batches/image-batch-options.js';
export {
  type ImageTrainingBatches,
  type ImageTrainingBatchesOptions,
  createImageTrainingBatches,
} from '../batches/create-image-training-batches.js';
export {
  type ImageEvaluationBatches,
  type ImageEvaluationBatchesOptions,
  createImageEvaluationBatches,
} from '../batches/create-image-evaluation-batches.js';
export { type CheckImagesOptions, type CheckedImages, checkImages, selectImages } from '../sources/check-images.js';
export { sourceDigest } from '../sources/source-digest.js';
export { type PackImagesOptions, packImages } from '../packing/pack-images.js';
export type { PackedPart } from '../packing/packed-part.js';
export { type WholeImages, type WholeImagesOptions, wholeImages } from '../sources/whole-images.js';
export { type ImageStatistics, type MeasureImagesOptions, measureImages } from '../sets/measure-images.js';
