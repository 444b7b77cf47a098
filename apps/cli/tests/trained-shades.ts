import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { exitCodes } from '../src/exit-codes.js';
import { runInProcess } from './run-in-process.js';
import { syntheticRecipe, writeSyntheticDataset, writeShadesAsFiles } from './synthetic-dataset.js';

/** A folder with the data set `shades`, the same as files, and a run that was trained on it. */
export interface TrainedShades {
  readonly folder: string;
  /** The data directory. */
  readonly data: string;
  /** Test images as files, a folder a class. */
  readonly photos: string;
  readonly runFolder: string;
  remove(): void;
}

/** Trains the smallest network on two shades for six steps. @param options more of `resnet train` */
export async function trainShades(...options: readonly string[]): Promise<TrainedShades> {
  const folder = mkdtempSync(join(tmpdir(), 'resnet-shades-'));
  const [data, photos, recipe] = ['data', 'photos', 'shades.json'].map((name) => join(folder, name)) as [
    string,
    string,
    string,
  ];
  writeSyntheticDataset(data);
  await writeShadesAsFiles(photos);
  writeFileSync(recipe, JSON.stringify(syntheticRecipe));
  const { code, stdout, stderr } = await runInProcess([
    ...[
      'train',
      '--recipe',
      recipe,
      '--data',
      data,
      '--out',
      join(folder, 'runs'),
      '--threads',
      '1',
      '--json',
      ...options,
    ],
  ]);
  if (code !== exitCodes.ok) throw new Error(stderr);
  const { runFolder }: { runFolder: string } = JSON.parse(stdout);
  return { folder, data, photos, runFolder, remove: () => rmSync(folder, { recursive: true, force: true }) };
}
