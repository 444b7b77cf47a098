"""Parameters and multiply-adds of networks whose counts nobody publishes to the unit, from their definitions in PyTorch.

Run:  python tools/parity-fixtures/count_networks.py
Prints the lines that packages/architectures/src/counts.test.ts holds. Modules live on the meta device: nothing is computed.
"""

from torch import nn


class Counter:
    """A data path in modules; `conv` and `dense` add up as they are laid."""

    def __init__(self):
        self.parameters = self.macs = 0

    def add(self, module, pixels):
        self.parameters += sum(p.numel() for p in module.parameters())
        if not isinstance(module, nn.BatchNorm2d):
            self.macs += module.weight.numel() * pixels

    def conv(self, inputs, outputs, size, side, norm=True):
        self.add(nn.Conv2d(inputs, outputs, size, bias=False, device="meta"), side * side)
        if norm:
            self.norm(outputs)

    def norm(self, channels):
        self.add(nn.BatchNorm2d(channels, device="meta"), 0)

    def dense(self, inputs, outputs):
        self.add(nn.Linear(inputs, outputs, device="meta"), 1)


def resnet_rs(blocks):
    c = Counter()
    for inputs, outputs, side in ((3, 32, 112), (32, 32, 112), (32, 64, 112), (64, 64, 56)):
        c.conv(inputs, outputs, 3, side)
    inputs = 64
    for stage, count in enumerate(blocks):
        width, side = 64 * 2**stage, 56 // 2**stage
        for index in range(count):
            entry = side * 2 if stage > 0 and index == 0 else side
            c.conv(inputs, width, 1, entry)
            c.conv(width, width, 3, side)
            c.conv(width, 4 * width, 1, side)
            c.dense(4 * width, width)
            c.dense(width, 4 * width)
            if index == 0:
                c.conv(inputs, 4 * width, 1, side)
            inputs = 4 * width
    c.dense(inputs, 1000)
    return c


def pre_activation(depth):
    c = Counter()
    c.conv(3, 16, 3, 32, norm=False)
    inputs = 16
    for stage in range(3):
        width, side = 16 * 2**stage, 32 // 2**stage
        for index in range((depth - 2) // 9):
            c.norm(inputs)
            c.conv(inputs, width, 1, side * 2 if stage > 0 and index == 0 else side)
            c.conv(width, width, 3, side)
            c.conv(width, 4 * width, 1, side, norm=False)
            if index == 0:
                c.conv(inputs, 4 * width, 1, side, norm=False)
            inputs = 4 * width
    c.norm(inputs)
    c.dense(inputs, 10)
    return c


RS = {50: (3, 4, 6, 3), 101: (3, 4, 23, 3), 152: (3, 8, 36, 3), 200: (3, 24, 36, 3)}
RS |= {270: (4, 29, 53, 4), 350: (4, 36, 72, 4), 420: (4, 44, 87, 4)}

if __name__ == "__main__":
    for depth in (164, 1001):
        counted = pre_activation(depth)
        print(f"    ['preresnet{depth}', {counted.parameters:_}, {counted.macs:_}],")
    for depth, blocks in RS.items():
        counted = resnet_rs(blocks)
        print(f"    ['resnetrs{depth}', {counted.parameters:_}, {counted.macs:_}],")
