"""PyTorch's inference, driven by lines on stdin: the peer of src/workers/inference-worker.ts.

At its best: batch norm folded into the filters by torch.fx, no gradients, images already in the memory format.
"""

import time

import torch
from torch.fx.experimental.optimization import fuse

from peer import autocast, load_start, memory_format, network, read_settings, serve


class Contender:
    def __init__(self, settings):
        self.settings = settings

    def verify(self, request):
        module = network(self.settings).eval()
        images, _ = load_start(module, request["file"])
        folded = fuse(module).to(memory_format=memory_format(self.settings))
        self.forward = torch.compile(folded) if self.settings["compiled"] else folded
        self.images = images.contiguous(memory_format=memory_format(self.settings))
        return {"logits": self.logits().flatten().tolist()}

    def logits(self):
        with torch.inference_mode(), autocast(self.settings):
            return self.forward(self.images).float()

    def run(self, request):
        start = time.perf_counter()
        for _ in range(request["steps"]):
            self.logits()
        return {"seconds": time.perf_counter() - start}


def main():
    contender = Contender(read_settings())
    serve({"verify": contender.verify, "run": contender.run})


if __name__ == "__main__":
    main()
