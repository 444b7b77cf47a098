"""PyTorch's data pipeline, alone: `{"do": "run", "steps": k}` is answered with the seconds of k batches."""

import time

import numpy as np
import pathlib

import torch
import torch.nn.functional as F

from peer import read_settings, serve

PAD = 4


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

    def __init__(self, settings):
        images, self.labels = read_images(settings)
        self.batch_size, self.size = settings["batch"], images.shape[1]
        self.mean = images[:5000].float().mean(0)
        self.images = F.pad(images, (0, 0, PAD, PAD, PAD, PAD))
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


def main():
    batches = Batches(read_settings())

    def run(request):
        start = time.perf_counter()
        for _ in range(request["steps"]):
            batches.next()
        return {"seconds": time.perf_counter() - start}

    serve({"run": run})


if __name__ == "__main__":
    main()
