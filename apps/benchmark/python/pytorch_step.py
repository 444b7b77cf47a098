"""PyTorch's training step, driven by lines on stdin: the peer of src/workers/training-step-worker.ts.

Not a training script: it answers `{"do": "verify", "file": …}` with the losses of two steps on the given state and
batch, and `{"do": "run", "steps": k}` with the seconds of k steps, data loading included. One JSON object a line each way.
Run by `pnpm bench step`; its one argument is a JSON object of the settings.
"""

import json
import pathlib
import resource
import struct
import sys
import time

import numpy as np
import torch
import torch.nn.functional as F

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[3] / "tools" / "parity-fixtures"))
from residual_networks import create_network  # noqa: E402

PAD = 4


def read_safetensors(path):
    """The tensors of a file that the other contender has just written."""
    content = pathlib.Path(path).read_bytes()
    (length,) = struct.unpack("<Q", content[:8])
    tensors = {}
    for name, entry in json.loads(content[8 : 8 + length]).items():
        if name == "__metadata__":
            continue
        first, last = entry["data_offsets"]
        kind = {"F32": np.float32, "I32": np.int32}[entry["dtype"]]
        tensors[name] = np.frombuffer(content[8 + length + first : 8 + length + last], kind).reshape(entry["shape"])
    return tensors


def to_torch(array):
    """HWIO -> OIHW, [in, out] -> [out, in]."""
    return torch.from_numpy(np.ascontiguousarray(array.transpose(3, 2, 0, 1) if array.ndim == 4 else array.T))


def read_images(settings):
    """uint8 [N, H, W, 3] and labels: CIFAR-10's five training files, or noise of the shape asked for."""
    size = settings["imageSize"]
    if settings["cifarFolder"] is None:
        generator = torch.Generator().manual_seed(1)
        images = torch.randint(256, (settings["examples"], size, size, 3), dtype=torch.uint8, generator=generator)
        return images, torch.randint(settings["classes"], (settings["examples"],), generator=generator)
    files = [pathlib.Path(settings["cifarFolder"]) / f"data_batch_{k}.bin" for k in range(1, 6)]
    records = np.concatenate([np.fromfile(file, np.uint8).reshape(-1, 3073) for file in files])
    images = records[:, 1:].reshape(-1, 3, 32, 32).transpose(0, 2, 3, 1)
    return torch.from_numpy(np.ascontiguousarray(images)), torch.from_numpy(records[:, 0].astype(np.int64))


class Batches:
    """Shuffle, pad-4 crop, flip, minus the per-pixel mean: one gather from bytes and one subtraction a batch."""

    def __init__(self, images, labels, batch_size):
        self.size = images.shape[1]
        self.mean = images[:5000].float().mean(0)
        self.images = F.pad(images, (0, 0, PAD, PAD, PAD, PAD))
        self.labels, self.batch_size = labels, batch_size
        self.generator = torch.Generator().manual_seed(1)
        self.order = torch.empty(0, dtype=torch.long)

    def next(self):
        if len(self.order) < self.batch_size:
            self.order = torch.randperm(len(self.labels), generator=self.generator)
        chosen, self.order = self.order[: self.batch_size], self.order[self.batch_size :]
        count, along = len(chosen), torch.arange(self.size)
        top, left = torch.randint(2 * PAD + 1, (2, count, 1), generator=self.generator)
        flipped = torch.rand(count, 1, generator=self.generator) < 0.5
        columns = left + torch.where(flipped, self.size - 1 - along, along)
        pixels = self.images[chosen[:, None, None], (top + along)[:, :, None], columns[:, None, :]]
        # A permuted view of [N, H, W, C] memory is PyTorch's channels-last format.
        return (pixels.float() - self.mean).permute(0, 3, 1, 2), self.labels[chosen]


class Contender:
    def __init__(self, settings):
        torch.set_num_threads(settings["threads"])
        self.memory_format = torch.channels_last if settings["channelsLast"] else torch.contiguous_format
        self.module = create_network(settings["network"], torch.float32)
        self.module = self.module.to(memory_format=self.memory_format).train()
        named = list(self.module.parameters())
        groups = [
            {"params": [p for p in named if p.ndim > 1], "weight_decay": settings["weightDecay"]},
            {"params": [p for p in named if p.ndim <= 1], "weight_decay": 0.0},
        ]
        rate, momentum = settings["learningRate"], settings["momentum"]
        self.optimizer = torch.optim.SGD(groups, rate, momentum, nesterov=True, fused=True)
        self.batches = Batches(*read_images(settings), settings["batch"])

    def step(self, images, labels):
        images = images.contiguous(memory_format=self.memory_format)
        self.optimizer.zero_grad(set_to_none=True)
        loss = F.cross_entropy(self.module(images), labels)
        loss.backward()
        self.optimizer.step()
        # As in the other contender, every step reads its loss: a run logs it and stops on NaN.
        return loss.item()

    def verify(self, file):
        tensors = read_safetensors(file)
        images = torch.from_numpy(tensors.pop("images").copy()).permute(0, 3, 1, 2)
        labels = torch.from_numpy(tensors.pop("labels").astype(np.int64))
        state = {name: to_torch(array) for name, array in tensors.items()}
        missing, unexpected = self.module.load_state_dict(state, strict=False)
        missing = [name for name in missing if not name.endswith("num_batches_tracked")]
        if missing or unexpected:
            raise SystemExit(f"expected the state of {type(self.module).__name__}: missing {missing}, extra {unexpected}")
        return {"losses": [self.step(images, labels) for _ in range(2)]}

    def run(self, steps):
        start = time.perf_counter()
        for _ in range(steps):
            loss = self.step(*self.batches.next())
        return {"seconds": time.perf_counter() - start, "loss": loss}


def peak_bytes():
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return peak if sys.platform == "darwin" else peak * 1024


def answer(value):
    print(json.dumps(value | {"peakBytes": peak_bytes()}), flush=True)


def main():
    contender = Contender(json.loads(sys.argv[1]))
    answer({"ready": f"PyTorch {torch.__version__.split('+')[0]}, {torch.backends.cpu.get_cpu_capability()}"})
    for line in sys.stdin:
        request = json.loads(line)
        if request["do"] == "verify":
            answer(contender.verify(request["file"]))
        elif request["do"] == "run":
            answer(contender.run(request["steps"]))


if __name__ == "__main__":
    main()
