"""The paper's networks in PyTorch, written for this purpose; parameter names are torchvision's.

CIFAR: 6n+2 layers, basic blocks of 16, 32, 64 channels (section 4.2). ImageNet: basic and bottleneck nets (Table 1).
Names are those of packages/architectures: `resnet20`, `resnet110-b`, `resnet50-paper`, `cifar-resnet50`, `plain34`.
"""

import re

import torch
import torch.nn.functional as F
from torch import nn


class ZeroPadShortcut(nn.Module):
    """Option A: every stride-th pixel, zero channels appended after the existing ones."""

    def __init__(self, stride, extra_channels):
        super().__init__()
        self.stride, self.extra_channels = stride, extra_channels

    def forward(self, x):
        return F.pad(x[:, :, :: self.stride, :: self.stride], (0, 0, 0, 0, 0, self.extra_channels))


def convolution(inputs, outputs, size, stride=1):
    return nn.Conv2d(inputs, outputs, size, stride, padding=size // 2, bias=False)


def projection(inputs, outputs, stride):
    return nn.Sequential(convolution(inputs, outputs, 1, stride), nn.BatchNorm2d(outputs))


def shortcut(option, inputs, outputs, stride):
    """Option A, B or C of section 4.1; None where x itself goes through."""
    unchanged = stride == 1 and inputs == outputs
    if option == "c" or (option == "b" and not unchanged):
        return projection(inputs, outputs, stride)
    return None if unchanged else ZeroPadShortcut(stride, outputs - inputs)


class BasicBlock(nn.Module):
    expansion = 1

    def __init__(self, inputs, width, stride, option):
        super().__init__()
        self.conv1, self.bn1 = convolution(inputs, width, 3, stride), nn.BatchNorm2d(width)
        self.conv2, self.bn2 = convolution(width, width, 3), nn.BatchNorm2d(width)
        self.relu = nn.ReLU()
        self.plain = option == "none"
        self.downsample = None if self.plain else shortcut(option, inputs, width, stride)

    def forward(self, x):
        branch = self.bn2(self.conv2(self.relu(self.bn1(self.conv1(x)))))
        if self.plain:
            return self.relu(branch)
        return self.relu(branch + (x if self.downsample is None else self.downsample(x)))


class Bottleneck(nn.Module):
    expansion = 4
    stride_in_3x3 = True

    def __init__(self, inputs, width, stride, option):
        super().__init__()
        first, second = (1, stride) if self.stride_in_3x3 else (stride, 1)
        self.conv1, self.bn1 = convolution(inputs, width, 1, first), nn.BatchNorm2d(width)
        self.conv2, self.bn2 = convolution(width, width, 3, second), nn.BatchNorm2d(width)
        self.conv3, self.bn3 = convolution(width, 4 * width, 1), nn.BatchNorm2d(4 * width)
        self.relu = nn.ReLU()
        self.downsample = shortcut(option, inputs, 4 * width, stride)

    def forward(self, x):
        branch = self.relu(self.bn1(self.conv1(x)))
        branch = self.bn3(self.conv3(self.relu(self.bn2(self.conv2(branch)))))
        return self.relu(branch + (x if self.downsample is None else self.downsample(x)))


class PaperBottleneck(Bottleneck):
    """v1: the stride in the first 1x1."""

    stride_in_3x3 = False


def stage(block, inputs, width, count, stride, option):
    first = block(inputs, width, stride, option)
    rest = [block(block.expansion * width, width, 1, option) for _ in range(count - 1)]
    return nn.Sequential(first, *rest)


class ResidualNetwork(nn.Module):
    """A stem, stages of blocks (`layer1`, `layer2`, ...), the mean over the pixels, `fc`."""

    def __init__(self, block, option, widths, counts, classes, imagenet_stem):
        super().__init__()
        self.imagenet_stem = imagenet_stem
        size, stride = (7, 2) if imagenet_stem else (3, 1)
        inputs = widths[0]
        self.conv1, self.bn1, self.relu = convolution(3, inputs, size, stride), nn.BatchNorm2d(inputs), nn.ReLU()
        self.stages = [f"layer{number}" for number in range(1, len(widths) + 1)]
        for name, width, count in zip(self.stages, widths, counts, strict=True):
            self.add_module(name, stage(block, inputs, width, count, 1 if name == "layer1" else 2, option))
            inputs = block.expansion * width
        self.fc = nn.Linear(inputs, classes)

    def forward(self, x):
        x = self.relu(self.bn1(self.conv1(x)))
        if self.imagenet_stem:
            x = F.max_pool2d(x, 3, 2, 1)
        for name in self.stages:
            x = getattr(self, name)(x)
        return self.fc(x.mean((2, 3)))


IMAGENET_BASIC = {18: (2, 2, 2, 2), 34: (3, 4, 6, 3)}
IMAGENET_BOTTLENECK = {50: (3, 4, 6, 3), 101: (3, 4, 23, 3), 152: (3, 8, 36, 3)}
NAME = re.compile(r"(cifar-)?(resnet|plain)(\d+)(?:-([abc]))?(-paper)?")


def create_network(name, dtype, classes=None, width=1):
    """The network of a name; `width` multiplies the channels of every layer."""
    torch.manual_seed(0)  # overwritten by generated values; only keeps construction cheap to reason about
    found = NAME.fullmatch(name)
    if found is None:
        raise ValueError(f"expected a residual or plain network such as resnet20 or resnet50-paper, received {name}")
    cifar, stem, depth, option, paper = found[1], found[2], int(found[3]), found[4], found[5]
    bottleneck = stem == "resnet" and depth in IMAGENET_BOTTLENECK
    if not cifar and (bottleneck or depth in IMAGENET_BASIC):
        block = (PaperBottleneck if paper else Bottleneck) if bottleneck else BasicBlock
        counts, widths, imagenet = {**IMAGENET_BASIC, **IMAGENET_BOTTLENECK}[depth], (64, 128, 256, 512), True
    elif depth >= 8 and depth % 6 == 2:
        block, counts, widths, imagenet = BasicBlock, ((depth - 2) // 6,) * 3, (16, 32, 64), False
    else:
        raise ValueError(f"expected a depth of 6n + 2 or one of the paper's Table 1, received {name}")
    option = "none" if stem == "plain" else option or ("b" if imagenet else "a")
    widths = [round(channels * width) for channels in widths]
    return ResidualNetwork(block, option, widths, counts, classes or (1000 if imagenet else 10), imagenet).to(dtype)
