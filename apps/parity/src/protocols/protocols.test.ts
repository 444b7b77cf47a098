import { createNetwork } from '@resnet-ts/architectures';
import {
  channelNormalization,
  classifyImages,
  fullyConvolutional,
  networkModel,
  tenCrop,
  type Member,
  type TestImages,
} from '@resnet-ts/evaluation';
import { disposeNamed } from '@resnet-ts/tensor-ops';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { activate, parityBackends } from '../backends.js';
import { uniformValues } from '../golden/generated-values.js';
import { readProtocolGolden } from '../golden/read-golden.js';
import { stateGenerator } from '../networks/generated-state.js';

/** Of a probability. What float32 itself costs is printed beside the error, a hundredth of it. */
const TOLERANCE = 1e-4;

// The fastest backend: the protocols are the same on all, and the operations have their own parity test.
const [backend] = parityBackends().slice(-1);
if (backend === undefined) throw new Error('no backend to test on');

const golden = readProtocolGolden();
const { seed } = golden.origin;
const network = createNetwork(golden.network);

/** The sizes of `pixels` in tools/parity-fixtures/make_protocol_goldens.py. */
const images: TestImages = {
  size: golden.images,
  label: () => 0,
  image(index, shorterSide) {
    const longer = shorterSide + 3 + 4 * index;
    const [height, width] = index === 1 ? [longer, shorterSide] : [shorterSide, longer];
    const values = uniformValues(seed, `image/${index}/${shorterSide}`, height * width * 3, 0, 255);
    return { height, width, channels: 3, values };
  },
};

let members: Record<'tenCrop' | 'multiScale', Member>;
let state: ReturnType<ReturnType<typeof stateGenerator>>;

beforeAll(async () => {
  await activate(backend);
  state = stateGenerator(network, seed)(golden.beta);
  const model = networkModel(network, state, channelNormalization(golden));
  const { cropSize, shorterSide, shorterSides, weights } = golden;
  members = {
    tenCrop: { model, protocol: tenCrop({ cropSize, shorterSide }), weight: weights[0] },
    multiScale: { model, protocol: fullyConvolutional({ shorterSides }), weight: weights[1] },
  };
});

afterAll(() => {
  disposeNamed(state.parameters);
  disposeNamed(state.buffers);
});

it.each(['tenCrop', 'multiScale', 'ensemble'] as const)('%s has the probabilities of plain PyTorch', async (name) => {
  const { values: wanted = [], float32Error, rms } = golden.probabilities[name];
  const chosen = name === 'ensemble' ? [members.tenCrop, members.multiScale] : [members[name]];
  const actual: number[] = [];
  for await (const { probabilities } of classifyImages({ members: chosen, images })) actual.push(...probabilities);
  expect(actual.length).toBe(wanted.length);
  expect(wanted.length).toBe(golden.images * network.classes);
  const error = Math.max(...wanted.map((value, index) => Math.abs(value - (actual[index] ?? NaN))));
  console.log(
    `${backend.name} ${name}: maximum error ${error.toExponential(1)}, float32 PyTorch ${(float32Error * rms).toExponential(1)}`,
  );
  expect(error).toBeLessThan(TOLERANCE);
});
