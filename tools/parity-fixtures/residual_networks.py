"""The paper's networks in PyTorch, written for this purpose; parameter names are torchvision's.

CIFAR: 6n+2 layers, basic blocks of 16, 32, 64 channels (section 4.2). ImageNet: bottleneck nets (Table 1).
"""

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


class BasicBlock(nn.Module):
    def __init__(self, inputs, width, stride, shortcut):
        super().__init__()
        self.conv1, self.bn1 = convolution(inputs, width, 3, stride), nn.BatchNorm2d(width)
        self.conv2, self.bn2 = convolution(width, width, 3), nn.BatchNorm2d(width)
        self.relu = nn.ReLU()
        self.plain = shortcut == "none"
        self.downsample = None
        if not self.plain and (stride > 1 or inputs != width):
            option_a = shortcut == "a"
            self.downsample = ZeroPadShortcut(stride, width - inputs) if option_a else projection(inputs, width, stride)

    def forward(self, x):
        branch = self.bn2(self.conv2(self.relu(self.bn1(self.conv1(x)))))
        if self.plain:
            return self.relu(branch)
        return self.relu(branch + (x if self.downsample is None else self.downsample(x)))


class Bottleneck(nn.Module):
    def __init__(self, inputs, width, stride, stride_in_3x3):
        super().__init__()
        first, second = (1, stride) if stride_in_3x3 else (stride, 1)
        self.conv1, self.bn1 = convolution(inputs, width, 1, first), nn.BatchNorm2d(width)
        self.conv2, self.bn2 = convolution(width, width, 3, second), nn.BatchNorm2d(width)
        self.conv3, self.bn3 = convolution(width, 4 * width, 1), nn.BatchNorm2d(4 * width)
        self.relu = nn.ReLU()
        self.downsample = projection(inputs, 4 * width, stride) if stride > 1 or inputs != 4 * width else None

    def forward(self, x):
        branch = self.relu(self.bn1(self.conv1(x)))
        branch = self.bn3(self.conv3(self.relu(self.bn2(self.conv2(branch)))))
        return self.relu(branch + (x if self.downsample is None else self.downsample(x)))


class CifarNetwork(nn.Module):
    def __init__(self, depth, shortcut, classes=10):
        super().__init__()
        blocks = (depth - 2) // 6
        self.conv1, self.bn1, self.relu = convolution(3, 16, 3), nn.BatchNorm2d(16), nn.ReLU()
        inputs = 16
        for stage, width in enumerate((16, 32, 64), start=1):
            layers = []
            for block in range(blocks):
                layers.append(BasicBlock(inputs, width, 2 if stage > 1 and block == 0 else 1, shortcut))
                inputs = width
            setattr(self, f"layer{stage}", nn.Sequential(*layers))
        self.fc = nn.Linear(64, classes)

    def forward(self, x):
        x = self.relu(self.bn1(self.conv1(x)))
        x = self.layer3(self.layer2(self.layer1(x)))
        return self.fc(x.mean((2, 3)))


class BottleneckNetwork(nn.Module):
    def __init__(self, blocks, stride_in_3x3, classes=1000):
        super().__init__()
        self.conv1, self.bn1, self.relu = convolution(3, 64, 7, 2), nn.BatchNorm2d(64), nn.ReLU()
        inputs = 64
        for stage, count in enumerate(blocks, start=1):
            width, layers = 32 * 2**stage, []
            for block in range(count):
                layers.append(Bottleneck(inputs, width, 2 if stage > 1 and block == 0 else 1, stride_in_3x3))
                inputs = 4 * width
            setattr(self, f"layer{stage}", nn.Sequential(*layers))
        self.fc = nn.Linear(inputs, classes)

    def forward(self, x):
        x = F.max_pool2d(self.relu(self.bn1(self.conv1(x))), 3, 2, 1)
        x = self.layer4(self.layer3(self.layer2(self.layer1(x))))
        return self.fc(x.mean((2, 3)))


NETWORKS = {
    "resnet20": lambda: CifarNetwork(20, "a"),
    "resnet20-b": lambda: CifarNetwork(20, "b"),
    "plain20": lambda: CifarNetwork(20, "none"),
    "resnet56": lambda: CifarNetwork(56, "a"),
    "resnet110": lambda: CifarNetwork(110, "a"),
    "resnet50": lambda: BottleneckNetwork((3, 4, 6, 3), stride_in_3x3=True),
    "resnet50-paper": lambda: BottleneckNetwork((3, 4, 6, 3), stride_in_3x3=False),
}


def create_network(name, dtype):
    torch.manual_seed(0)  # overwritten by generated values; only keeps construction cheap to reason about
    return NETWORKS[name]().to(dtype)
