import { registerKernels } from '@resnet-ts/backend-core';
import { copyRegisteredKernels, findBackendFactory, registerBackend } from '@tensorflow/tfjs-core';
import { loadResult } from './load-addon.js';
import { NativeBackend } from './native-backend.js';
import { nativeStatus } from './native-status.js';
import type { NativeStatus } from './native-status.js';

/** No underscore: tfjs splits its registry keys at the first one and would find no kernel. */
export const BACKEND_NAME = 'native';

/** Above every stock backend (webgpu has 3), so that tfjs chooses this one by itself. */
const PRIORITY = 10;

/**
 * Registers the backend `native` with TensorFlow.js: every kernel of the CPU backend, the hot ones replaced. Importing
 * the package does it; calling it again changes nothing. Where the addon cannot be loaded nothing is registered and the
 * returned status says why.
 *
 * @example
 * const status = registerNativeBackend();
 * if (status.loaded) await tf.setBackend('native');
 */
export function registerNativeBackend(): NativeStatus {
  const { addon } = loadResult();
  if (addon !== undefined && findBackendFactory(BACKEND_NAME) === null) {
    copyRegisteredKernels('cpu', BACKEND_NAME);
    registerKernels(BACKEND_NAME);
    registerBackend(BACKEND_NAME, () => new NativeBackend(addon), PRIORITY);
  }
  return nativeStatus();
}
