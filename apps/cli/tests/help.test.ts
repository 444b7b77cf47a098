import { tmpdir } from 'node:os';
import { describe, expect, it } from 'vitest';
import { exitCodes } from '../src/exit-codes.js';
import { runCli } from './run-cli.js';
import { runInProcess } from './run-in-process.js';

const cwd = tmpdir();

describe('resnet --help', () => {
  it('lists the commands, examples and exit codes', async () => {
    const { code, stdout } = await runCli(['--help'], { cwd });
    expect(code).toBe(exitCodes.ok);
    for (const command of ['train', 'evaluate', 'predict', 'analyze', 'models', 'summary', 'data', 'doctor', 'bench']) {
      expect(stdout).toContain(`\n  ${command} `);
    }
    expect(stdout).toContain('Examples:');
    for (const status of Object.values(exitCodes)) expect(stdout).toMatch(new RegExp(`^ {2}${status} +\\S`, 'm'));
  });

  it.each([
    'train',
    'evaluate',
    'predict',
    'analyze responses',
    'analyze gradients',
    'analyze features',
    'analyze grad-cam',
    'analyze delete-blocks',
    'models',
    'summary',
    'data fetch',
    'data verify',
    'data list',
    'data check',
    'data samples',
    'data pack',
    'doctor',
  ])('resnet %s has examples', async (command) => {
    const { code, stdout } = await runInProcess([...command.split(' '), '--help']);
    expect(code).toBe(exitCodes.ok);
    expect(stdout).toMatch(/Examples?:/);
    expect(stdout).toContain('--json');
  });

  it('resnet --version prints the version alone', async () => {
    expect(await runInProcess(['--version'])).toMatchObject({
      code: exitCodes.ok,
      stdout: expect.stringMatching(/^\d+\.\d+\.\d+\n$/),
    });
  });
});

describe('a wrong command line', () => {
  it('reaches the shell as exit code 2, with the message on stderr and nothing on stdout', async () => {
    const { code, stdout, stderr } = await runCli(['train', '--network', 'resent20', '--json'], { cwd });
    expect(code).toBe(exitCodes.usage);
    expect(stdout).toBe('');
    expect(stderr).toMatch(/^resnet: expected .*resnet20/);
  });

  it.each([
    { args: ['trian'], says: /unknown command 'trian'[^]*train/ },
    { args: ['train', '--sed', '1'], says: /unknown option '--sed'[^]*--seed/ },
    { args: ['train', '--steps', '0'], says: /expected an integer >= 1/ },
    { args: ['train', '--steps', '5', '--epochs', '1'], says: /cannot be used with option/ },
    { args: ['train', '--resume', 'x', '--seed', '1'], says: /cannot be used with option/ },
    { args: ['train', '--resume', 'x', '--set', 'seed=1'], says: /cannot be used with option/ },
    { args: ['train', '--backend', 'gpu'], says: /native, wasm, cpu/ },
    { args: ['train', '--recipe', 'cifar10-quik'], says: /cifar10-quick/ },
    { args: ['train', '--recipe', './none.json'], says: /readable JSON file[^]*none\.json/ },
    { args: ['train', '--set', 'optimizer.momentun=0.5'], says: /momentun[^]*momentum/ },
    { args: ['train', '--set', 'data.set=cifar01'], says: /cifar10/ },
    { args: ['train', '--set', 'data.set=cifar100'], says: /--set classes=100/ },
    { args: ['summary', 'resnet-20'], says: /resnet20/ },
    { args: ['data', 'fetch', 'cifar-10'], says: /cifar10/ },
    { args: ['data', 'fetch', 'cifar10', '--mirror', 'file:///etc/passwd'], says: /http or https/ },
    { args: ['predict', 'run'], says: /missing required argument/ },
  ])('$args is refused with what to do', async ({ args, says }) => {
    const { code, stdout, stderr } = await runInProcess(args);
    expect(stderr).toMatch(says);
    expect(stderr).not.toContain('    at ');
    expect(stdout).toBe('');
    expect(code).toBe(exitCodes.usage);
  });
});
