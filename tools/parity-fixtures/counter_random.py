"""The project's counter-based generator, vectorised: Threefry-2x32 with 20 rounds (Salmon et al., SC 2011).

The same bits as `createCounterRandom` of @resnet-ts/tensor-ops, so that fixtures never store their inputs:
both sides generate them. Only 32-bit additions, rotations and exclusive ors are used.
"""

import numpy as np

ROTATIONS = (13, 15, 26, 6, 17, 29, 16, 24)
PARITY = np.uint32(0x1BD11BDA)  # Skein's constant, xored with the key words to make the third


def threefry_2x32(key, counter):
    """key, counter: pairs of uint32 (scalars or arrays of one shape) -> pair of uint32 arrays."""
    words = (np.asarray(key[0], np.uint32), np.asarray(key[1], np.uint32))
    schedule = (words[0], words[1], words[0] ^ words[1] ^ PARITY)
    with np.errstate(over="ignore"):
        x0 = np.asarray(counter[0], np.uint32) + schedule[0]
        x1 = np.asarray(counter[1], np.uint32) + schedule[1]
        for round_index in range(20):
            rotation = ROTATIONS[round_index % 8]
            x0 = x0 + x1
            x1 = (x1 << np.uint32(rotation)) | (x1 >> np.uint32(32 - rotation))
            x1 = x1 ^ x0
            if round_index % 4 == 3:
                injection = round_index // 4 + 1
                x0 = x0 + schedule[injection % 3]
                x1 = x1 + schedule[(injection + 1) % 3] + np.uint32(injection)
    return x0, x1


def fnv1a_32(text):
    """FNV-1a hash of the UTF-8 bytes of `text`, 32 bits."""
    value = 0x811C9DC5
    for byte in text.encode("utf-8"):
        value = ((value ^ byte) * 0x01000193) & 0xFFFFFFFF
    return value


class CounterRandom:
    """Pure functions of (seed, purpose, epoch, index, lane)."""

    def __init__(self, seed, purpose, epoch=0):
        seed_words = (np.uint32(seed & 0xFFFFFFFF), np.uint32((seed >> 32) & 0xFFFFFFFF))
        self.key = threefry_2x32(seed_words, (np.uint32(fnv1a_32(purpose)), np.uint32(epoch)))

    def uint32(self, index, lane=0):
        index = np.asarray(index, np.uint32)
        return threefry_2x32(self.key, (index, np.uint32(lane)))[0]

    def uniform(self, index, lane=0):
        """[0, 1) on the 2^-24 grid, exact in float32."""
        return (self.uint32(index, lane) >> np.uint32(8)).astype(np.float32) * np.float32(2.0**-24)


def uniform_tensor(seed, purpose, shape, low, high):
    """float32 `low + u * (high - low)`, rounded to float32 after the product and after the sum; index order is row-major."""
    count = int(np.prod(shape, dtype=np.int64))
    low, width = np.float32(low), np.float32(np.float32(high) - np.float32(low))
    random = CounterRandom(seed, purpose)
    return (random.uniform(np.arange(count, dtype=np.uint32)) * width + low).reshape(shape)


def label_tensor(seed, purpose, count, classes):
    """int64 class indices, floor(u * classes)."""
    uniform = CounterRandom(seed, purpose).uniform(np.arange(count, dtype=np.uint32))
    return np.floor(uniform.astype(np.float64) * classes).astype(np.int64)
