import { tmpdir } from 'node:os';
import { describe, expect, it } from 'vitest';
import { contractKernels } from '../src/backend/kernel-matrix.js';
import { runCli } from './run-cli.js';

interface Report {
  readonly cores: number;
  readonly selected: string;
  readonly backends: {
    readonly name: string;
    readonly usable: boolean;
    readonly reason?: string;
    readonly remedies?: string[];
    readonly kernels?: Record<string, string>;
  }[];
  readonly native?: {
    readonly threads: number;
    readonly instructionSet: string;
    readonly peakGigaflops?: unknown;
    readonly bfloat16: string[];
  };
}

describe('resnet doctor', () => {
  it('reports every backend, usable with its kernels or refused with reason and remedy', async () => {
    const { code, stdout, stderr } = await runCli(['doctor', '--json', '--threads', '1', '--no-peak'], {
      cwd: tmpdir(),
    });
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    const report: Report = JSON.parse(stdout);
    expect(report.backends.map((backend) => backend.name)).toEqual(['native', 'wasm', 'cpu']);
    for (const backend of report.backends) {
      if (backend.usable) expect(Object.keys(backend.kernels ?? {})).toEqual([...contractKernels()]);
      else
        expect(backend).toMatchObject({
          reason: expect.any(String),
          remedies: [expect.any(String), expect.anything()],
        });
    }
    expect(report.backends[1]).toMatchObject({ usable: true, kernels: { ResidualConvolution: 'kernel' } });
    expect(report.selected).toBe(report.backends.find((backend) => backend.usable)?.name);
    if (report.selected === 'native') {
      expect(report.native).toMatchObject({ threads: 1, instructionSet: expect.any(String), convolution: 'fast' });
      expect(Array.isArray(report.native?.bfloat16)).toBe(true);
      expect(report.backends[0]?.kernels).toMatchObject({ ResidualConvolutionBatchNorm: 'kernel' });
    }
  });
});
