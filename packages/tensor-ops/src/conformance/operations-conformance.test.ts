import '@tensorflow/tfjs-backend-cpu';
import '@tensorflow/tfjs-backend-wasm';
import { beforeAll, it } from 'vitest';
import { setupBackend } from '@resnet-ts/test-utils';
import { operationsConformance } from './operations-conformance.js';

// wasm has kernels of its own for nearly everything the references are made of, and lacks Conv2DBackpropFilter.
beforeAll(() => setupBackend('wasm'));
operationsConformance('wasm', { test: it });
