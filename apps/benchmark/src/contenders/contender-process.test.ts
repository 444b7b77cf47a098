import { afterEach, describe, expect, it } from 'vitest';
import { startFake } from '../__fixtures__/start-fake.js';
import { ContenderProcess } from './contender-process.js';

const started: ContenderProcess[] = [];
afterEach(() => {
  for (const contender of started.splice(0)) contender.close();
});

describe('ContenderProcess', () => {
  it('asks again and again, through stops and starts', async () => {
    const contender = await startFake('fake', { seconds: 0.25, loss: 2, updates: { filter: 3 } });
    started.push(contender);
    expect(await contender.ask({ do: 'run', steps: 4 })).toEqual({ seconds: 1, peakBytes: 1000 });
    expect(await contender.ask({ do: 'verify' })).toEqual({ loss: 2, updates: { filter: 3 }, peakBytes: 1000 });
  });

  it('gives the last words of a contender that dies, and the line that says why', async () => {
    const contender = await startFake('fake', { dies: true });
    started.push(contender);
    await expect(contender.ask({ do: 'run', steps: 1 })).rejects.toThrow(
      expect.objectContaining({
        message: 'fake ended instead of answering "run"; its last words:\nsome context\nRuntimeError: out of memory',
        reason: 'RuntimeError: out of memory',
      }),
    );
  });

  it('says why one cannot be started', async () => {
    const contender = new ContenderProcess({ name: 'none', file: '/nowhere/node', arguments: [], environment: {} });
    await expect(contender.ready()).rejects.toThrow(/^none ended instead of answering "start": spawn .*ENOENT/);
  });
});
