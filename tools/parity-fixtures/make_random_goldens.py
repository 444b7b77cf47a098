"""Golden words of the counter-based generator, so that a parity failure cannot come from different inputs.

Run:  python tools/parity-fixtures/make_random_goldens.py
The generator itself is checked here against the known answers published with Random123 (kat_vectors, threefry2x32 20).
"""

import numpy as np

from counter_random import CounterRandom, threefry_2x32, uniform_tensor
from goldens import write_golden

KNOWN_ANSWERS = (  # key, counter, answer
    ((0, 0), (0, 0), (0x6B200159, 0x99BA4EFE)),
    ((0xFFFFFFFF, 0xFFFFFFFF), (0xFFFFFFFF, 0xFFFFFFFF), (0x1CB996FC, 0xBB002BE7)),
    ((0x13198A2E, 0x03707344), (0x243F6A88, 0x85A308D3), (0xC4923A9C, 0x483DF7A0)),
)

STREAMS = (  # seed, purpose, epoch, index, lane
    (0, "", 0, 0, 0),
    (1, "parity", 0, 0, 0),
    (1, "parity", 0, 1, 0),
    (1, "parity", 0, 0, 1),
    (1, "parity", 7, 123456, 3),
    (1, "augmentation é", 2, 49999, 2),
    (0xFFFFFFFF, "parity", 0, 0xFFFFFFFF, 0),
    (2**40 + 5, "parity", 1, 9, 0),
)


def main():
    for key, counter, answer in KNOWN_ANSWERS:
        if tuple(int(word) for word in threefry_2x32(key, counter)) != answer:
            raise SystemExit(f"expected the published answer for key {key}, counter {counter}")
    streams = []
    for seed, purpose, epoch, index, lane in STREAMS:
        random = CounterRandom(seed, purpose, epoch)
        streams.append(
            {
                "seed": seed,
                "purpose": purpose,
                "epoch": epoch,
                "index": index,
                "lane": lane,
                "uint32": int(random.uint32(index, lane)),
                "uniform": float(random.uniform(index, lane)),
            }
        )
    mapped = uniform_tensor(1, "mapped", (16,), -0.365, 0.365).astype(np.float64)
    write_golden("counter-random.json", 1, {"streams": streams, "mapped": [float(v) for v in mapped]})


if __name__ == "__main__":
    main()
