import { Option } from 'commander';
import { USUAL_DATA } from '../datasets/usual-data.js';
import { naturalNumber, positiveInteger } from '../parse-options.js';

/** `--json`: the result as one JSON document on stdout. */
export const jsonOption = () => new Option('--json', 'print the result as JSON on stdout');

/** `--data`: where data sets lie. */
export const dataOption = (description = 'folder of the data sets') =>
  new Option('--data <dir>', description).env('RESNET_DATA').default(USUAL_DATA);

/** `--data` of commands that only test: data sets, or images of any kind. */
export const testDataOption = () =>
  dataOption('folder of the data sets, or of images: a folder for each class, shards, archives');

/** `--data` of reproductions. */
export const imagesOption = () => dataOption("folder of the data sets, or of images in ILSVRC's layout");

/** `--backend`: what does the arithmetic. */
export const backendOption = () =>
  new Option('--backend <name>', 'what does the arithmetic; auto takes the first that works')
    .choices(['auto', 'native', 'wasm', 'cpu'])
    .default('auto');

/** `--threads`: of the native backend. */
export const threadsOption = () =>
  new Option('--threads <n>', 'threads of the native backend (default: one per core)').argParser(positiveInteger);

/** `--workers`: threads that prepare batches. */
export const workersOption = () =>
  new Option('--workers <n>', 'threads that prepare batches; 0 prepares them between steps').argParser(naturalNumber);
