"""Pillow and torchvision's transforms over an image folder, alone: the peer of src/workers/images-worker.ts.

`{"do": "run", "steps": k}` is answered with the seconds of k batches: read, decoded, scaled to a random shorter side,
cropped, mirrored, shifted in colour and normalised, by as many worker processes as it has threads.
"""

import json
import sys
import time

import torch
import torchvision
from torch.utils.data import DataLoader
from torchvision import transforms
from torchvision.transforms import functional

import protocol

CROP, SCALES = 224, (256, 480)
# The published components (fb.resnet.torch) and ImageNet's mean and deviation, for pixels in [0, 1].
EIGENVALUES = torch.tensor([0.2175, 0.0188, 0.0045])
EIGENVECTORS = torch.tensor([[-0.5675, 0.7192, 0.4009], [-0.5808, -0.0045, -0.8140], [-0.5836, -0.6948, 0.4203]])
MEAN, DEVIATION = [0.485, 0.456, 0.406], [0.229, 0.224, 0.225]


class RandomShorterSide:
    """The paper's scale augmentation: the shorter side uniform in whole pixels, bicubic as ours."""

    def __call__(self, image):
        side = int(torch.randint(SCALES[0], SCALES[1] + 1, (1,)))
        return functional.resize(image, side, transforms.InterpolationMode.BICUBIC)


class Lighting:
    """AlexNet's: the same shift for every pixel, drawn once an image."""

    def __call__(self, pixels):
        shift = EIGENVECTORS @ (torch.randn(3) * 0.1 * EIGENVALUES)
        return pixels.add_(shift.view(3, 1, 1))


class Batches(torch.utils.data.Sampler):
    """Exactly the batches of one turn, so that no worker goes on while another contender is timed."""

    def __init__(self, images, batch):
        self.images, self.batch, self.steps = images, batch, 0

    def __iter__(self):
        for _ in range(self.steps):
            yield torch.randint(self.images, (self.batch,)).tolist()

    def __len__(self):
        return self.steps


def main():
    settings = json.loads(sys.argv[1])
    torch.set_num_threads(settings["threads"])
    transform = transforms.Compose(
        [
            RandomShorterSide(),
            transforms.RandomCrop(CROP),
            transforms.RandomHorizontalFlip(),
            transforms.ToTensor(),
            Lighting(),
            transforms.Normalize(MEAN, DEVIATION, inplace=True),
        ]
    )
    images = torchvision.datasets.ImageFolder(settings["images"], transform)
    batches = Batches(len(images), settings["batch"])
    loader = DataLoader(images, batch_sampler=batches, num_workers=settings["threads"], persistent_workers=True)

    def run(request):
        batches.steps = request["steps"]
        start = time.perf_counter()
        for _ in loader:
            pass
        return {"seconds": time.perf_counter() - start}

    import PIL

    torch_version, vision_version = torch.__version__.split("+")[0], torchvision.__version__.split("+")[0]
    versions = f"Pillow {PIL.__version__}, torchvision {vision_version}, PyTorch {torch_version}"
    protocol.serve(f"{versions}, {settings['threads']} worker processes", {"run": run})


if __name__ == "__main__":
    main()
