import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import sharp from 'sharp';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { exitCodes } from '../src/exit-codes.js';
import { runCli, startCli, type CliResult } from './run-cli.js';
import { syntheticRecipe, writeSyntheticDataset } from './synthetic-dataset.js';

let cwd = '';
beforeAll(() => {
  cwd = mkdtempSync(join(tmpdir(), 'resnet-cli-'));
  writeSyntheticDataset(join(cwd, 'data'));
  writeFileSync(join(cwd, 'shades.json'), JSON.stringify(syntheticRecipe));
});
afterAll(() => {
  rmSync(cwd, { recursive: true, force: true });
});

const train = (...args: string[]) => ['train', '--recipe', 'shades.json', '--threads', '1', ...args];

/** The bytes of a run's checkpoint after `step` steps. */
function checkpointBytes(runFolder: string, step: number): Buffer[] {
  const folder = join(cwd, runFolder, 'checkpoints', `step-${String(step).padStart(6, '0')}`);
  return readdirSync(folder)
    .sort()
    .map((name) => readFileSync(join(folder, name)));
}

interface Summary {
  readonly stopped: string;
  readonly runFolder: string;
  readonly report: string;
  readonly checkpoint: string;
  readonly step: number;
  readonly seconds: number;
  readonly backend: string;
  readonly evaluation: { readonly top1Error: number; readonly examples: number };
}
const summaryOf = ({ stdout }: CliResult): Summary => JSON.parse(stdout);

describe('resnet train', () => {
  let whole: Summary;
  let output: CliResult;
  beforeAll(async () => {
    output = await runCli(train('--json', '--out', 'whole'), { cwd });
    expect(output.code, output.stderr).toBe(exitCodes.ok);
    whole = summaryOf(output);
  });

  it('leaves a run folder with recipe, metrics, checkpoints and report', () => {
    expect(whole).toMatchObject({ stopped: 'finished', step: 6, evaluation: { examples: 8 } });
    expect(existsSync(join(cwd, whole.report))).toBe(true);
    expect(readdirSync(join(cwd, whole.runFolder))).toEqual(
      expect.arrayContaining([
        'recipe.json',
        'environment.json',
        'metrics.jsonl',
        'checkpoints',
        'preprocessing.safetensors',
      ]),
    );
  });

  it('prints one line a log step on stderr where nobody watches a terminal', () => {
    expect(output.stderr.match(/^step \d\/6 .*loss .*error .*images\/s .*MiB .*ETA /gm)).toHaveLength(6);
  });

  it('writes the same bits with 0 and 2 loader workers, and another seed other ones', async () => {
    const workers = summaryOf(await runCli(train('--json', '--out', 'workers', '--workers', '2'), { cwd }));
    expect(checkpointBytes(workers.runFolder, 6)).toEqual(checkpointBytes(whole.runFolder, 6));
    const seeded = summaryOf(
      await runCli(train('--json', '--out', 'seeded', '--seed', '2', '--workers', '0'), { cwd }),
    );
    expect(checkpointBytes(seeded.runFolder, 6)).not.toEqual(checkpointBytes(whole.runFolder, 6));
  });

  it('killed and resumed ends with the same bytes', async () => {
    const running = startCli(train('--out', 'killed'), { cwd });
    await running.stderrHolds('step 3/6');
    running.child.kill('SIGKILL');
    expect((await running.result).signal).toBe('SIGKILL');
    const resumed = await runCli(['train', '--resume', 'killed/shades-001', '--threads', '1', '--json'], { cwd });
    expect(resumed.code, resumed.stderr).toBe(exitCodes.ok);
    expect(summaryOf(resumed)).toMatchObject({ stopped: 'finished', step: 6 });
    expect(checkpointBytes('killed/shades-001', 6)).toEqual(checkpointBytes(whole.runFolder, 6));
  });

  it('interrupted once stops with a checkpoint and the command that goes on', async () => {
    const running = startCli(train('--out', 'stopped', '--steps', '100000', '--json'), { cwd });
    await running.stderrHolds('step 2/100000');
    running.child.kill('SIGINT');
    const result = await running.result;
    expect(result.code, result.stderr).toBe(exitCodes.interrupted);
    const { stopped, step, checkpoint } = summaryOf(result);
    expect(stopped).toBe('signal');
    expect(checkpoint).toContain(`step-${String(step).padStart(6, '0')}`);
    expect(existsSync(join(cwd, checkpoint))).toBe(true);
    expect(result.stderr).toContain('To go on: resnet train --resume stopped/shades-001');
  });

  it('interrupted twice ends at once', async () => {
    const running = startCli(train('--out', 'quit', '--steps', '100000'), { cwd });
    await running.stderrHolds('step 1/100000');
    running.child.kill('SIGTERM');
    running.child.kill('SIGTERM');
    const again = setInterval(() => running.child.kill('SIGTERM'), 1);
    const { code, stdout, stderr } = await running.result;
    clearInterval(again);
    expect(code).toBe(exitCodes.terminated);
    expect(stdout).toBe('');
    expect(stderr).not.toContain('To go on');
  });

  it('changes the recipe by --set', async () => {
    const { runFolder, step } = summaryOf(
      await runCli(train('--json', '--out', 'set', '--set', 'optimizer.momentum=0.5', '--set', 'length.steps=1'), {
        cwd,
      }),
    );
    expect(step).toBe(1);
    const recipe: typeof syntheticRecipe = JSON.parse(readFileSync(join(cwd, runFolder, 'recipe.json'), 'utf8'));
    expect(recipe.optimizer.momentum).toBe(0.5);
  });

  it('goes on training after each evaluation', async () => {
    const result = await runCli(
      train('--json', '--out', 'evaluated', '--set', 'evaluateEveryEpochs=1', '--set', 'length={"epochs":6}'),
      { cwd },
    );
    expect(result.code, result.stderr).toBe(exitCodes.ok);
    const { runFolder } = summaryOf(result);
    const metrics = readFileSync(join(cwd, runFolder, 'metrics.jsonl'), 'utf8');
    expect(metrics.match(/"kind":"evaluation"/g)).toHaveLength(6);
  });

  it('trains with the arithmetic of the recipe, records what really ran, and says what cannot run', async () => {
    const sessionsOf = (runFolder: string): { details: Record<string, unknown> }[] => {
      const path = join(cwd, runFolder, 'environment.json');
      return (JSON.parse(readFileSync(path, 'utf8')) as { sessions: { details: Record<string, unknown> }[] }).sessions;
    };
    const asked = ['--set', 'convolution=direct', '--set', 'precision=bf16-mixed', '--steps', '2'];
    const result = await runCli(train('--json', '--out', 'direct', ...asked), { cwd });
    expect(result.code, result.stderr).toBe(exitCodes.ok);
    expect(result.stderr.match(/^precision bf16-mixed: .*; training in float32$/gm)).toHaveLength(1);
    const { runFolder } = summaryOf(result);
    expect(sessionsOf(runFolder)[0]?.details).toMatchObject({ precision: 'float32' });
    const native = summaryOf(result).backend === 'native';
    if (native) expect(sessionsOf(runFolder)[0]?.details).toMatchObject({ convolution: 'direct' });
    const onCpu = await runCli(train('--json', '--out', 'cpu', '--backend', 'cpu', ...asked, '--steps', '1'), { cwd });
    expect(onCpu.stderr).toMatch(/^precision bf16-mixed: backend cpu computes in float32 alone; training in float32$/m);
    expect(onCpu.stderr).toMatch(/^convolution direct: has no meaning on backend cpu, which has one way to convolve$/m);
    expect(sessionsOf(summaryOf(onCpu).runFolder)[0]?.details).toEqual({ precision: 'float32' });
  });

  it('refuses RESNET_CONVOLUTION where it contradicts the recipe', async () => {
    const result = await runCli(train('--out', 'contradicted'), { cwd, env: { RESNET_CONVOLUTION: 'direct' } });
    if (whole.backend !== 'native') return;
    expect(result.stderr).toContain('expected "fast" for RESNET_CONVOLUTION, received "direct"; the recipe says so');
    expect(result.code).toBe(exitCodes.usage);
    expect(existsSync(join(cwd, 'contradicted'))).toBe(false);
  });

  it('evaluates the run as training did', async () => {
    const { code, stdout, stderr } = await runCli(['evaluate', whole.runFolder, '--json', '--batch', '3'], { cwd });
    expect(code, stderr).toBe(exitCodes.ok);
    const report: { top1Error: number; examples: number; step: number } = JSON.parse(stdout);
    expect(report).toMatchObject({ examples: 8, step: 6, top1Error: whole.evaluation.top1Error });
    const text = await runCli(['evaluate', whole.checkpoint], { cwd });
    expect(text.stdout).toMatch(
      /resnet8 after 6 steps on 8 images of shades test: the whole image\n[^]*top-1 error +\d/,
    );
  });

  it('predicts images of any size without the data set', async () => {
    const image = { width: 40, height: 20, channels: 3, background: 'white' } as const;
    await sharp({ create: image }).png().toFile(join(cwd, 'white.png'));
    const { code, stdout, stderr } = await runCli(['predict', whole.runFolder, 'white.png', '--json'], { cwd });
    expect(code, stderr).toBe(exitCodes.ok);
    const [prediction]: { image: string; classes: { class: string; probability: number }[] }[] = JSON.parse(stdout);
    expect(prediction?.image).toBe('white.png');
    expect(prediction?.classes.map((entry) => entry.class).sort()).toEqual(['dark', 'light']);
    const sum = prediction?.classes.reduce((total, entry) => total + entry.probability, 0);
    expect(sum).toBeCloseTo(1, 5);
  });

  it.each([
    {
      what: 'a file that is no image',
      args: ['predict', 'whole/shades-001', 'shades.json'],
      code: exitCodes.data,
      says: /shades\.json: cannot be used as an image/,
    },
    {
      what: 'an image that is not there',
      args: ['predict', 'whole/shades-001', 'none.png'],
      code: exitCodes.data,
      says: /none\.png/,
    },
    {
      what: 'a run that is not there',
      args: ['evaluate', 'runs/none'],
      code: exitCodes.checkpoint,
      says: /expected a run folder/,
    },
    {
      what: 'a run to resume that is not there',
      args: ['train', '--resume', 'runs/none'],
      code: exitCodes.checkpoint,
      says: /expected a run folder/,
    },
    {
      what: 'a data directory without the data',
      args: ['evaluate', 'whole/shades-001', '--data', 'elsewhere'],
      code: exitCodes.usage,
      says: /shades/,
    },
  ])('refuses $what', async ({ args, code, says }) => {
    const result = await runCli(args, { cwd });
    expect(result.stderr).toMatch(says);
    expect(result.stderr).not.toContain('    at ');
    expect(result.code).toBe(code);
  });

  it('refuses a damaged checkpoint and offers the one before', async () => {
    const copied = summaryOf(await runCli(train('--json', '--out', 'damaged'), { cwd }));
    truncateSync(join(cwd, copied.checkpoint, 'model.safetensors'), 100);
    const result = await runCli(['evaluate', copied.checkpoint], { cwd });
    expect(result.stderr).toMatch(/model\.safetensors: expected \d+ bytes, received 100/);
    expect(result.code).toBe(exitCodes.checkpoint);
  });

  it('refuses altered data before the first step and leaves no run behind', async () => {
    const directory = join(cwd, 'altered');
    writeSyntheticDataset(directory);
    const path = join(directory, 'shades', 'train.bin');
    const bytes = readFileSync(path);
    bytes[100] = (bytes[100] ?? 0) ^ 1;
    writeFileSync(path, bytes);
    const result = await runCli(train('--data', directory, '--out', 'never'), { cwd });
    expect(result.stderr).toMatch(/train\.bin/);
    expect(result.code).toBe(exitCodes.data);
    expect(existsSync(join(cwd, 'never'))).toBe(false);
    const verified = await runCli(['data', 'verify', 'shades', '--data', directory], { cwd });
    expect(verified.stdout).toMatch(/^altered +.*train\.bin/m);
    expect(verified.code).toBe(exitCodes.data);
  });
});
