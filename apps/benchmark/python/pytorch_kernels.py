"""One operation of PyTorch at a time, driven by lines on stdin: the peer of src/workers/kernel-worker.ts.

`{"do": "prepare", "case": …}` makes the inputs of a case of src/kernels/kernel-case.ts; `{"do": "run", "steps": k}` is
answered with the seconds of k calls. Gradients are taken by autograd where PyTorch has no call of its own for them.
"""

import time

import torch
import torch.nn.functional as F

from peer import memory_format, read_settings, serve
from protocol import read_safetensors

EPSILON = 1e-5


def padding_of(case):
    return [case["padding"]["top"], case["padding"]["left"]]


def operation(case, settings, given=None):
    """A function without arguments that does the work of a case, on random inputs or on those of a file."""
    name, batch, stride, size = case["operation"], case["batch"], case["stride"], case["size"]
    groups = case["groups"]
    (height, width, channels), (rows, columns, outputs) = case["input"], case["output"]
    kind = torch.bfloat16 if settings["bfloat16"] else torch.float32

    def draw(name, *shape):
        if given is None:
            values = torch.randn(shape)
        elif name not in given:
            values = torch.zeros(shape)  # only its shape matters to the case
        else:
            order = (3, 2, 0, 1) if name == "filter" else (0, 3, 1, 2)
            values = torch.from_numpy(given[name].copy())
            values = values.permute(order) if values.ndim == 4 else values.reshape(shape)
        return values.to(kind).contiguous(memory_format=memory_format(settings))

    def image():
        return draw("x", batch, channels, height, width)

    def gradient():
        return draw("dy", batch, outputs, rows, columns)

    def shortcut():
        return draw("residual", batch, outputs, rows, columns)

    def backward(function, *inputs):
        leaves = [tensor.requires_grad_() for tensor in inputs]
        y, dy = function(*leaves), gradient()
        wanted = leaves if channels > 3 else leaves[1:]
        return lambda: torch.autograd.grad(y, wanted, dy, retain_graph=True)

    filters = draw("filter", outputs, channels // groups, size, size) if name.startswith(("forward", "data", "filter", "back", "inf")) else None
    scale, shift = torch.ones(outputs), torch.zeros(outputs)
    mean, variance = torch.zeros(outputs), torch.ones(outputs)
    pad = padding_of(case)

    def normalise(x, gamma, beta):
        return F.relu(F.batch_norm(x, mean, variance, gamma, beta, True, 0.1, EPSILON), inplace=True)

    def convolve_and_normalise(x, w, gamma, beta):
        return normalise(F.conv2d(x, w, None, stride, pad), gamma, beta)

    def convolve_normalise_and_add(x, w, gamma, beta, residual):
        z = F.conv2d(x, w, None, stride, pad)
        return F.relu(F.batch_norm(z, mean, variance, gamma, beta, True, 0.1, EPSILON) + residual, inplace=True)

    def gradients(dy, x, wanted):
        return torch.ops.aten.convolution_backward(
            dy, x, filters, None, [stride] * 2, pad, [1, 1], False, [0, 0], groups, [*wanted, False]
        )

    x = image()
    if name == "forward":
        return lambda: F.conv2d(x, filters, None, stride, pad, 1, groups)
    if name == "data-gradient":
        dy = gradient()
        return lambda: gradients(dy, x, [True, False])
    if name == "filter-gradient":
        dy = gradient()
        return lambda: gradients(dy, x, [False, True])
    if name == "forward-batch-norm":
        return lambda: convolve_and_normalise(x, filters, scale, shift)
    if name == "forward-batch-norm-add":
        residual = shortcut()
        return lambda: convolve_normalise_and_add(x, filters, scale, shift, residual)
    if name == "backward-batch-norm-add":
        return backward(convolve_normalise_and_add, x, filters, scale, shift, shortcut())
    if name == "backward-batch-norm":
        return backward(convolve_and_normalise, x, filters, scale, shift)
    if name == "inference":
        bias = shift.to(kind)
        return lambda: F.relu(F.conv2d(x, filters, bias, stride, pad), inplace=True)
    if name == "batch-norm":
        return lambda: normalise(x, scale, shift)
    if name == "batch-norm-gradient":
        return backward(normalise, x, scale, shift)
    if name == "max-pool":
        return lambda: F.max_pool2d(x, size, stride, pad)
    if name == "max-pool-gradient":
        return backward(lambda images: F.max_pool2d(images, size, stride, pad), x)
    if name == "global-average-pool":
        return lambda: x.mean((2, 3), keepdim=True)
    if name == "global-average-pool-gradient":
        return backward(lambda images: images.mean((2, 3), keepdim=True), x)
    raise ValueError(f"unknown operation {name}")


def norms_of(name, outputs):
    """Lengths in the order of our kernels: gradients of filter, scale, shift, images, shortcut."""
    tensors = [outputs] if isinstance(outputs, torch.Tensor) else [one for one in outputs if one is not None]
    if name.startswith("backward"):
        images = 1 if tensors[0].ndim == 4 and len(tensors) > 3 else 0
        tensors = [*tensors[images : images + 3], *tensors[:images], *tensors[images + 3 :]]
    return [tensor.float().norm().item() for tensor in tensors]


def main():
    settings = read_settings()
    prepared = {}

    def verify(request):
        case = request["case"]
        work = operation(case, settings, read_safetensors(request["file"]))
        return {"norms": norms_of(case["operation"], work())}

    def prepare(request):
        prepared.clear()
        work = operation(request["case"], settings)
        needs_graph = request["case"]["operation"].endswith("gradient") or "backward" in request["case"]["operation"]
        prepared["run"] = work if needs_graph else torch.no_grad()(work)
        return {}

    def run(request):
        work, steps = prepared["run"], request["steps"]
        start = time.perf_counter()
        for _ in range(steps):
            work()
        return {"seconds": time.perf_counter() - start}

    serve({"verify": verify, "prepare": prepare, "run": run})


if __name__ == "__main__":
    main()
