"""PyTorch's training step, driven by lines on stdin: the peer of src/workers/training-step-worker.ts.

Not a training script: it answers `{"do": "verify", "file": …, "learningRate": …}` with the loss of one step on the given
state and batch and the length of each parameter's update, and `{"do": "run", "steps": k}` with the seconds of k steps,
data loading included.
Run by `pnpm bench step`; its one argument is a JSON object of the settings.
"""

import time

import torch
import torch.nn.functional as F

from peer import autocast, load_start, memory_format, network, read_settings, serve
from pytorch_data import Batches


class Contender:
    def __init__(self, settings):
        self.settings = settings
        self.module = network(settings).train()
        # Parameters are shared: what is loaded into the module is what the compiled one computes with.
        self.forward = torch.compile(self.module) if settings["compiled"] else self.module
        self.batches = Batches(settings)
        self.optimizer = self.fresh_optimizer(settings["learningRate"])

    def fresh_optimizer(self, learning_rate):
        named = list(self.module.parameters())
        groups = [
            {"params": [p for p in named if p.ndim > 1], "weight_decay": self.settings["weightDecay"]},
            {"params": [p for p in named if p.ndim <= 1], "weight_decay": 0.0},
        ]
        return torch.optim.SGD(groups, learning_rate, self.settings["momentum"], nesterov=True, fused=True)

    def step(self, images, labels):
        images = images.contiguous(memory_format=memory_format(self.settings))
        self.optimizer.zero_grad(set_to_none=True)
        with autocast(self.settings):
            loss = F.cross_entropy(self.forward(images), labels)
        loss.backward()
        self.optimizer.step()
        # As in the other contender, every step reads its loss: a run logs it and stops on NaN.
        return loss.item()

    def verify(self, request):
        images, labels = load_start(self.module, request["file"])
        self.optimizer = self.fresh_optimizer(request["learningRate"])
        before = {name: p.detach().clone() for name, p in self.module.named_parameters()}
        loss = self.step(images, labels)
        updates = {name: (p.detach() - before[name]).norm().item() for name, p in self.module.named_parameters()}
        self.optimizer = self.fresh_optimizer(self.settings["learningRate"])
        return {"loss": loss, "updates": updates}

    def run(self, request):
        start = time.perf_counter()
        # `bench epoch` times whole epochs: so many steps count as one.
        for _ in range(request["steps"] * self.settings.get("stepsPerRun", 1)):
            loss = self.step(*self.batches.next())
        return {"seconds": time.perf_counter() - start, "loss": loss}


def main():
    contender = Contender(read_settings())
    serve({"verify": contender.verify, "run": contender.run})


if __name__ == "__main__":
    main()
