"""Goldens of the test protocols: 10-crop, several scales and an ensemble, in plain PyTorch.

Run:  python tools/parity-fixtures/make_protocol_goldens.py
One ResNet-20 with generated weights; images are generated at every size, since resizing is not under test.
"""

from types import SimpleNamespace

import numpy as np
import torch

from counter_random import uniform_tensor
from goldens import summarise, write_golden
from make_network_goldens import BETA, APPROXIMATIONS, TRUTH, load, numpy

SEED = 1
IMAGES = 3
CROP, CROP_SIDE = 24, 33  # an odd rest, so that rounding shows
SCALES = (24, 33, 41)
MEAN, DEVIATION = (120.0, 115.0, 100.0), (60.0, 62.0, 64.0)
WEIGHTS = (3.0, 1.0)  # of 10-crop and of several scales in the ensemble


def pixels(index, side):
    """The sizes are repeated in protocols.test.ts."""
    longer = side + 3 + 4 * index
    height, width = (longer, side) if index == 1 else (side, longer)
    return uniform_tensor(SEED, f"image/{index}/{side}", (height, width, 3), 0, 255)


def prepared(index, side, run):
    image = torch.from_numpy(pixels(index, side)).to(run.dtype).permute(2, 0, 1)
    mean, deviation = (torch.tensor(values, dtype=run.dtype).view(3, 1, 1) for values in (MEAN, DEVIATION))
    return (image - mean) / deviation


def ten_crop(module, index, run):
    image = prepared(index, CROP_SIDE, run)
    bottom, right = image.shape[1] - CROP, image.shape[2] - CROP
    corners = [(0, 0), (0, right), (bottom, 0), (bottom, right), (bottom // 2, right // 2)]
    crops = torch.stack([image[:, top : top + CROP, left : left + CROP] for top, left in corners])
    return torch.cat([module(crops), module(crops.flip(3))]).softmax(1).mean(0)


def multi_scale(module, index, run):
    scores = []
    for side in SCALES:
        image = prepared(index, side, run)[None]
        scores += [module(image).softmax(1), module(image.flip(3)).softmax(1)]
    return torch.cat(scores).mean(0)


def probabilities(run):
    module = load(SimpleNamespace(network="resnet20"), SEED, BETA, run).eval()
    with torch.no_grad(), torch.backends.mkldnn.flags(enabled=run.onednn):
        crops = torch.stack([ten_crop(module, index, run) for index in range(IMAGES)])
        scales = torch.stack([multi_scale(module, index, run) for index in range(IMAGES)])
    ensemble = (WEIGHTS[0] * crops + WEIGHTS[1] * scales) / sum(WEIGHTS)
    return {"tenCrop": numpy(crops), "multiScale": numpy(scales), "ensemble": numpy(ensemble)}


if __name__ == "__main__":
    truth, *approximations = (probabilities(run) for run in (TRUTH, *APPROXIMATIONS))
    records = {
        name: summarise(name, values, [other[name] for other in approximations], samples=values.size)
        for name, values in truth.items()
    }
    body = {
        "network": "resnet20",
        "images": IMAGES,
        "cropSize": CROP,
        "shorterSide": CROP_SIDE,
        "shorterSides": list(SCALES),
        "mean": list(MEAN),
        "deviation": list(DEVIATION),
        "beta": list(BETA),
        "weights": list(WEIGHTS),
        "probabilities": records,
    }
    write_golden("protocols.json", SEED, body)
    print(np.round(truth["tenCrop"], 3))
