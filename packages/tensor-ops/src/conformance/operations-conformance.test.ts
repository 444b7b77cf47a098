import '@tensorflow/tfjs-backend-cpu';
import { beforeAll, it } from 'vitest';
import { setupBackend } from '@resnet-ts/test-utils';
import { operationsConformance } from './operations-conformance.js';

beforeAll(() => setupBackend('cpu'));
operationsConformance('cpu', { test: it });
