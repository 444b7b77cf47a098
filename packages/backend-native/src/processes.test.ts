import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';
import { nativeSuite } from './__fixtures__/native-suite.js';

const ADDON = JSON.stringify(fileURLToPath(new URL('../build/resnet-native.node', import.meta.url)));

/** Runs a script in a fresh process. A process that hangs is killed and fails the test. */
function run(script: string): { status: number | null; stdout: string; stderr: string } {
  return spawnSync(process.execPath, ['-e', script], { encoding: 'utf8', timeout: 60_000 });
}

const WORK = `
  const addon = require(${ADDON});
  const x = new Float32Array(200_000).fill(-1), y = new Float32Array(200_000);
  const work = () => { for (let i = 0; i < 200; i++) addon.relu(new Int32Array(1), Float64Array.of(x.length), x, y); };
`;

nativeSuite('processes and threads', () => {
  it.each([
    ['returning', ''],
    ['process.exit', 'process.exit(0);'],
    ['an uncaught error', 'process.on("uncaughtException", () => process.exit(0)); throw new Error("x");'],
    ['exit inside a timer', 'setImmediate(() => process.exit(0));'],
  ])('ends cleanly by %s while the pool is awake', (_, ending) => {
    const { status, stderr } = run(`${WORK} addon.setThreads(4); work(); ${ending}`);
    expect(stderr).toBe('');
    expect(status).toBe(0);
  });

  it('serves worker threads and the main thread at once, and outlives them', () => {
    const { status, stdout, stderr } = run(`${WORK}
      const { Worker, isMainThread } = require('node:worker_threads');
      addon.setThreads(3);
      const source = ${JSON.stringify(WORK)} + 'work(); const b = addon.allocate(1 << 22); new Float32Array(b.buffer).fill(1);';
      const ends = [1, 2, 3].map(() => new Promise((resolve, reject) => {
        new Worker(source, { eval: true }).on('exit', resolve).on('error', reject);
      }));
      work();
      Promise.all(ends).then((codes) => { work(); console.log(codes.join(), y[0] === 0, addon.threads()); });
    `);
    expect(stderr).toBe('');
    expect(stdout.trim()).toBe('0,0,0 true 3');
    expect(status).toBe(0);
  });

  it('changes the number of threads between calls, many times', () => {
    const { status, stdout } = run(`${WORK}
      for (let i = 0; i < 60; i++) { addon.setThreads(1 + (i * 5) % 8); addon.relu(new Int32Array(1), Float64Array.of(x.length), x, y); }
      console.log(addon.threads());
    `);
    expect(status).toBe(0);
    expect(stdout.trim()).toBe(String(1 + ((59 * 5) % 8)));
  });

  it('gives memory nobody disposed back to the system when it is collected', () => {
    const { stdout } = run(`
      const addon = require(${ADDON});
      require('node:v8').setFlagsFromString('--expose-gc');
      const collect = require('node:vm').runInNewContext('gc');
      for (let i = 0; i < 10; i++) addon.allocate(8 << 20);
      const before = addon.memoryHeld().blocks;
      // Buffers are swept in the background; each further collection waits for the sweep before it.
      const round = (left) => {
        if (left === 0 || addon.memoryHeld().blocks === 0) return console.log(before, addon.memoryHeld().blocks);
        collect();
        setImmediate(round, left - 1);
      };
      setImmediate(round, 100);
    `);
    expect(stdout.trim()).toBe(`${10 * (8 << 20)} 0`);
  });
});
