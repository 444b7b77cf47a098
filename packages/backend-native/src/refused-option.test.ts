import * as tf from '@tensorflow/tfjs-core';
import { expect, it } from 'vitest';
import { nativeSuite } from './__fixtures__/native-suite.js';
import { loadAddonFrom } from './load-addon.js';

process.env['RESNET_ISA'] = 'sse9';
const { loadNative, nativeStatus, registerNativeBackend } = await import('./index.js');

it('keeps the option that was refused out of the loader itself', () => {
  expect(loadAddonFrom([]).failure?.kind).toBe('not-built');
});

const { loaded, ...status } = nativeStatus() as { loaded: boolean; failure?: { kind: string; reason: string } };
if (status.failure?.kind === 'not-built') {
  nativeSuite('refused option', () => undefined);
} else {
  it('imports without throwing, registers nothing, and says why', () => {
    expect(loaded).toBe(false);
    expect(status.failure).toMatchObject({
      kind: 'refused',
      reason: expect.stringContaining('received "sse9"') as string,
    });
    expect(registerNativeBackend().loaded).toBe(false);
    expect(tf.findBackendFactory('native') ?? null).toBeNull();
    expect(() => loadNative()).toThrow(/for RESNET_ISA, received "sse9"/);
  });
}
