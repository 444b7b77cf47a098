/**
 * The threads of the packages as they are published: started by plain Node on modules of `dist`, where tests and the
 * workspace's own programs run TypeScript through tsx. Needs `pnpm build`.
 *
 *   node tools/check-packages/built-threads.mjs
 *
 * Fails where a module is missing from what was built, or where threads give other pixels than this one does.
 */
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';

const cli = new URL('../../apps/cli/', import.meta.url);
// What the program needs is installed there, not here.
const ofCli = createRequire(new URL('package.json', cli));
const sharp = ofCli('sharp');
const load = (name) => import(pathToFileURL(ofCli.resolve(name)).href);
const { parquetWriteBuffer } = await import(new URL('node_modules/hyparquet-writer/src/index.js', cli).href);

const tf = await load('@tensorflow/tfjs-core');
await load('@tensorflow/tfjs-backend-cpu');
await tf.setBackend('cpu');

/** Three pictures of each of two classes. */
async function pictures() {
  const made = [];
  for (let index = 0; index < 6; index += 1) {
    const size = { width: 40 + index, height: 36, channels: 3 };
    const pixels = Uint8Array.from({ length: size.width * size.height * 3 }, (_, at) => (at * 31 + 40 * index) % 256);
    made.push({ label: index % 2, bytes: await sharp(pixels, { raw: size }).jpeg().toBuffer() });
  }
  return made;
}

/** A folder with a folder a class, or with a shard of rows, for training and the same for validation. */
function writeSets(folder, made, layout) {
  for (const part of ['train', 'val']) {
    if (layout === 'parquet') {
      const columnData = [
        { name: 'image', data: made.map(({ bytes }) => new Uint8Array(bytes)), type: 'BYTE_ARRAY' },
        { name: 'label', data: made.map(({ label }) => label), type: 'INT32' },
      ];
      mkdirSync(folder, { recursive: true });
      writeFileSync(join(folder, `${part}-0.parquet`), new Uint8Array(parquetWriteBuffer({ columnData })));
      continue;
    }
    for (const [index, { label, bytes }] of made.entries()) {
      mkdirSync(join(folder, part, `n${label}`), { recursive: true });
      writeFileSync(join(folder, part, `n${label}`, `${index}.jpg`), bytes);
    }
  }
  return folder;
}

/** All values of an epoch, and its labels. */
async function valuesOf(batches) {
  const values = [];
  const iterator = await batches.epoch(0).iterator();
  for (let next = await iterator.next(); next.done !== true; next = await iterator.next()) {
    values.push(...(await next.value.images.data()), ...(await next.value.labels.data()));
    next.value.images.dispose();
    next.value.labels.dispose();
  }
  await batches.close();
  return values;
}

/** By so many threads: every one must have answered with the same values. */
async function assertSameByThreads(name, create) {
  const here = await valuesOf(create(0));
  assert.ok(here.length > 100, `${name}: values`);
  for (const workers of [1, 2])
    assert.deepEqual(await valuesOf(create(workers)), here, `${name} by ${workers} threads`);
  console.log(`ok   ${name}: ${here.length} values, the same by 0, 1 and 2 threads`);
}

const folder = mkdtempSync(join(tmpdir(), 'resnet-built-'));
try {
  const built = (path) => import(new URL(`../../packages/data-pipelines/dist/${path}`, import.meta.url).href);
  const { createTrainingBatches } = await built('index.js');
  const images = await built('images/index.js');
  const made = await pictures();

  const set = {
    ...{ count: 8, height: 6, width: 6, channels: 3, classes: 2 },
    images: Uint8Array.from({ length: 8 * 6 * 6 * 3 }, (_, at) => (at * 7) % 256),
    labels: Uint8Array.of(0, 1, 0, 1, 0, 1, 0, 1),
  };
  const inMemory = { batchSize: 4, seed: 1, mean: new Float32Array(108), augmentation: { pad: 1, flip: true } };
  await assertSameByThreads('images in memory', (workers) => createTrainingBatches(set, { ...inMemory, workers }));

  for (const layout of ['class folders', 'parquet']) {
    const data = writeSets(join(folder, layout), made, layout);
    // Reading parquet is itself a thread's work.
    const { train } = await images.openImageSets(data);
    assert.equal(train.count, made.length);
    const options = { batchSize: 3, size: 16, shorterSide: 18, normalization: images.imagenetNormalization };
    await assertSameByThreads(`images in ${layout}`, (workers) =>
      images.createImageEvaluationBatches(train, { ...options, workers }),
    );
    const recipe = ['--recipe', 'imagenet-paper', '--network', 'resnet8', '--steps', '2', '--set', 'batchSize=2'];
    const sizes = ['data.size=16', 'data.evaluation.shorterSide=18', 'data.augmentation.shorterSide=[18,20]'];
    const trained = spawnSync(
      process.execPath,
      [
        ...[fileURLToPath(new URL('dist/main.js', cli)), 'train', ...recipe, '--workers', '1', '--json'],
        ...['--data', data, '--out', join(folder, 'runs'), ...sizes.flatMap((change) => ['--set', change])],
      ],
      { encoding: 'utf8', timeout: 120_000 },
    );
    assert.equal(trained.status, 0, trained.stderr);
    assert.equal(JSON.parse(trained.stdout).step, 2);
    console.log(`ok   resnet train on images in ${layout}, as built, with a thread for batches`);
  }
} finally {
  rmSync(folder, { recursive: true, force: true });
}
