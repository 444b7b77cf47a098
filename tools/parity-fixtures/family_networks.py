"""Small networks of every kind that came after the paper, in PyTorch, written for this purpose.

Each is a listed network of packages/architectures with fewer blocks and channels; apps/parity/src/networks/family-tables.ts
has the same as tables. Parameter names are torchvision's, and timm's where torchvision has none.
"""

import torch
from torch import nn

from residual_networks import ZeroPadShortcut, convolution, projection


class SqueezeExcitation(nn.Module):
    def __init__(self, channels, reduced):
        super().__init__()
        self.fc1, self.relu, self.fc2 = nn.Linear(channels, reduced), nn.ReLU(), nn.Linear(reduced, channels)

    def forward(self, x):
        scale = torch.sigmoid(self.fc2(self.relu(self.fc1(x.mean((2, 3))))))
        return x * scale[:, :, None, None]


class PreActivationBlock(nn.Module):
    """BN-ReLU-conv (arXiv 1603.05027); the first block of a stage activates its shortcut, too."""

    def __init__(self, inputs, width, stride, opens, option, bottleneck):
        super().__init__()
        outputs = 4 * width if bottleneck else width
        self.opens, self.relu = opens, nn.ReLU()
        self.bn1 = nn.BatchNorm2d(inputs)
        self.conv1 = convolution(inputs, width, 1 if bottleneck else 3, 1 if bottleneck else stride)
        self.bn2 = nn.BatchNorm2d(width)
        self.conv2 = convolution(width, width, 3, stride if bottleneck else 1)
        if bottleneck:
            self.bn3, self.conv3 = nn.BatchNorm2d(width), convolution(width, outputs, 1)
        self.bottleneck = bottleneck
        self.downsample = None
        if stride != 1 or inputs != outputs:
            zeros = ZeroPadShortcut(stride, outputs - inputs)
            self.downsample = zeros if option == "a" else nn.Sequential(convolution(inputs, outputs, 1, stride))

    def forward(self, x):
        activated = self.relu(self.bn1(x))
        around = activated if self.opens else x
        around = around if self.downsample is None else self.downsample(around)
        branch = self.conv2(self.relu(self.bn2(self.conv1(activated))))
        if self.bottleneck:
            branch = self.conv3(self.relu(self.bn3(branch)))
        return branch + around


class HighwayBlock(nn.Module):
    """y = T H + (1 - T) x, with H two convolutions and T the sigmoid of a 1x1 convolution (arXiv 1505.00387)."""

    def __init__(self, inputs, width, stride):
        super().__init__()
        self.conv1, self.bn1 = convolution(inputs, width, 3, stride), nn.BatchNorm2d(width)
        self.conv2, self.bn2 = convolution(width, width, 3), nn.BatchNorm2d(width)
        self.relu, self.gate = nn.ReLU(), nn.Conv2d(inputs, width, 1, stride)
        unchanged = stride == 1 and inputs == width
        self.downsample = None if unchanged else ZeroPadShortcut(stride, width - inputs)

    def forward(self, x):
        transformed = self.relu(self.bn2(self.conv2(self.relu(self.bn1(self.conv1(x))))))
        carried = x if self.downsample is None else self.downsample(x)
        gate = torch.sigmoid(self.gate(x))
        return gate * transformed + (1 - gate) * carried


class Bottleneck(nn.Module):
    """v1.5 with groups, squeeze-and-excitation, and the pooled shortcut of ResNet-D, where asked for."""

    def __init__(self, inputs, width, stride, inner, groups, squeeze, pooled):
        super().__init__()
        outputs = 4 * width
        self.conv1, self.bn1 = convolution(inputs, inner, 1), nn.BatchNorm2d(inner)
        self.conv2 = nn.Conv2d(inner, inner, 3, stride, padding=1, groups=groups, bias=False)
        self.bn2 = nn.BatchNorm2d(inner)
        self.conv3, self.bn3 = convolution(inner, outputs, 1), nn.BatchNorm2d(outputs)
        self.relu = nn.ReLU()
        self.se = SqueezeExcitation(outputs, int(outputs * squeeze)) if squeeze else nn.Identity()
        self.downsample = None
        if stride != 1 or inputs != outputs:
            self.downsample = self.around(inputs, outputs, stride) if pooled else projection(inputs, outputs, stride)

    @staticmethod
    def around(inputs, outputs, stride):
        pool = nn.AvgPool2d(stride, stride, ceil_mode=True, count_include_pad=False) if stride > 1 else nn.Identity()
        return nn.Sequential(pool, convolution(inputs, outputs, 1), nn.BatchNorm2d(outputs))

    def forward(self, x):
        branch = self.relu(self.bn2(self.conv2(self.relu(self.bn1(self.conv1(x))))))
        branch = self.se(self.bn3(self.conv3(branch)))
        return self.relu(branch + (x if self.downsample is None else self.downsample(x)))


def deep_stem(channels):
    """Three 3x3 (ResNet-D); the batch norm and ReLU of the last are the network's `bn1` and `relu`."""
    narrow = channels // 2
    return nn.Sequential(
        convolution(3, narrow, 3, 2), nn.BatchNorm2d(narrow), nn.ReLU(),
        convolution(narrow, narrow, 3), nn.BatchNorm2d(narrow), nn.ReLU(),
        convolution(narrow, channels, 3),
    )


class FamilyNetwork(nn.Module):
    """A stem, two stages of blocks, the mean over the pixels, `fc`."""

    def __init__(self, stem, channels, blocks, classes, closing=None):
        super().__init__()
        self.stem, self.relu = stem, nn.ReLU()
        self.conv1 = {
            "bare": lambda: convolution(3, channels, 3),
            "cifar": lambda: convolution(3, channels, 3),
            "imagenet": lambda: convolution(3, channels, 7, 2),
        }.get(stem, lambda: deep_stem(channels))()
        if stem != "bare":
            self.bn1 = nn.BatchNorm2d(channels)
        if stem == "deep-strided":
            self.maxpool = nn.Sequential(convolution(channels, channels, 3, 2), nn.BatchNorm2d(channels), nn.ReLU())
        if stem in ("imagenet", "deep"):
            self.maxpool = nn.MaxPool2d(3, 2, 1)
        self.layer1, self.layer2 = (nn.Sequential(*stage) for stage in blocks)
        self.norm = None if closing is None else nn.BatchNorm2d(closing)
        self.fc = nn.Linear(classes[0], classes[1])

    def forward(self, x):
        x = self.conv1(x)
        if self.stem != "bare":
            x = self.relu(self.bn1(x))
        if hasattr(self, "maxpool"):
            x = self.maxpool(x)
        x = self.layer2(self.layer1(x))
        if self.norm is not None:
            x = self.relu(self.norm(x))
        return self.fc(x.mean((2, 3)))


def pre_activation(option, bottleneck, width):
    expansion = 4 if bottleneck else 1
    wide = expansion * width
    block = lambda *place: PreActivationBlock(*place, option, bottleneck)  # noqa: E731
    first = [block(16, width, 1, True), block(wide, width, 1, False)]
    second = [block(wide, 2 * width, 2, True)]
    return FamilyNetwork("bare", 16, (first, second), (2 * wide, 10), closing=2 * wide)


def bottlenecks(stem, inner=1, groups=1, squeeze=0, pooled=False):
    """16 and 32 channels, 64 and 128 after the expansion."""
    block = lambda inputs, width, stride: Bottleneck(inputs, width, stride, inner * width, groups, squeeze, pooled)  # noqa: E731
    return FamilyNetwork(stem, 16, ([block(16, 16, 1), block(64, 16, 1)], [block(64, 32, 2)]), (128, 10))


FAMILY = {
    "small-preresnet": lambda: pre_activation("a", False, 16),
    "small-preresnet-bottleneck": lambda: pre_activation("b", True, 8),
    "small-wrn": lambda: pre_activation("b", False, 32),
    "small-resnext": lambda: bottlenecks("imagenet", inner=2, groups=8),
    "small-se": lambda: bottlenecks("imagenet", squeeze=1 / 16),
    "small-resnet-d": lambda: bottlenecks("deep", pooled=True),
    "small-resnetrs": lambda: bottlenecks("deep-strided", squeeze=1 / 4, pooled=True),
    "small-highway": lambda: FamilyNetwork(
        "cifar", 16, ([HighwayBlock(16, 16, 1), HighwayBlock(16, 16, 1)], [HighwayBlock(16, 32, 2)]), (32, 10)
    ),
}


def create_family_network(name, dtype):
    torch.manual_seed(0)  # overwritten by generated values
    return FAMILY[name]().to(dtype)
