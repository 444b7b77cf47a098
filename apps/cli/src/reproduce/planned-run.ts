import { namedRecipe, type Recipe } from '@resnet-ts/training';
import { scaleRecipe, type Scale } from './scale.js';

/** One training of an experiment. Experiments that plan the same run share its folder. */
export interface PlannedRun {
  /** Inside the folder of its scale: `resnet20-seed-1`. */
  readonly folder: string;
  readonly recipe: Recipe;
}

/** Steps between two lines of the log at the paper's length: 640 points a curve, and 130 KiB to keep. */
const LOGGED_EVERY = 100;

/** From this depth on the paper trains CIFAR networks with the warm-up (§4.2: "n = 18", and 1202 layers likewise). */
const WARMED_UP = new Set(['resnet110', 'resnet1202', 'plain110']);

/**
 * A network trained on CIFAR-10 by the paper's recipe (§4.2), shortened by the scale.
 *
 * @param network a name of the architectures package
 */
export function planCifarRun(network: string, seed: number, scale: Scale): PlannedRun {
  const base = namedRecipe(WARMED_UP.has(network) ? 'cifar10-paper-110' : 'cifar10-paper');
  const recipe = scaleRecipe({ ...base, network, seed, logEverySteps: LOGGED_EVERY }, scale);
  return { folder: `${network}-seed-${seed}`, recipe };
}

/** Every network with every seed, one seed of all networks before the next: a comparison is whole as early as can be. */
export function planCifarRuns(networks: readonly string[], seeds: readonly number[], scale: Scale): PlannedRun[] {
  return seeds.flatMap((seed) => networks.map((network) => planCifarRun(network, seed, scale)));
}

/** Steps between two lines of the log of a run on ImageNet, 600 points a curve. */
const IMAGENET_LOGGED_EVERY = 1000;

/**
 * Every network with every seed by the paper's ImageNet recipe (§3.4), shortened by the scale, on the images that are
 * named when it is started; the number of classes is theirs.
 */
export function planImagenetRuns(networks: readonly string[], seeds: readonly number[], scale: Scale): PlannedRun[] {
  const base = { ...namedRecipe('imagenet-paper'), logEverySteps: IMAGENET_LOGGED_EVERY };
  return seeds.flatMap((seed) =>
    networks.map((network) => ({
      folder: `${network}-seed-${seed}`,
      recipe: scaleRecipe({ ...base, network, seed }, scale),
    })),
  );
}
