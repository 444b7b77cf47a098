"""Goldens of every operation of @resnet-ts/tensor-ops and its gradients: one JSON file an operation.

Run:  python tools/parity-fixtures/make_op_goldens.py
The truth is float64 PyTorch; float32 PyTorch (contiguous, channels-last, without oneDNN) gives its own error beside it.
Tensors here are in the project's layout, [N, H, W, C] and [kH, kW, Cin, Cout]; the permutations are part of the graph,
so gradients come out in that layout as well.
"""

from dataclasses import dataclass, field

import torch
import torch.nn.functional as F

from counter_random import label_tensor, uniform_tensor
from goldens import summarise, write_golden

SEED = 1
SAMPLES = 16


@dataclass
class Case:
    """One call. inputs: name -> (shape, low, high) or (shape, low, high, "integer"); forward(inputs, attributes, run) -> outputs.

    The first output gets the upstream gradient `dy`; gradients are taken with respect to `differentiate`.
    """

    name: str
    inputs: dict
    forward: object
    differentiate: tuple = ()
    attributes: dict = field(default_factory=dict)
    reductions: dict = field(default_factory=dict)
    dy: tuple = (-1, 1)


@dataclass
class Run:
    """How the same case is computed: precision and memory format."""

    dtype: torch.dtype
    contiguous: bool = True
    onednn: bool = True

    def nchw(self, x):
        x = x.permute(0, 3, 1, 2)
        return x.contiguous() if self.contiguous else x.contiguous(memory_format=torch.channels_last)


TRUTH = Run(torch.float64)
APPROXIMATIONS = (Run(torch.float32), Run(torch.float32, contiguous=False), Run(torch.float32, onednn=False))


def nhwc(x):
    return x.permute(0, 2, 3, 1)


def pad(x, padding):
    return F.pad(x, (padding["left"], padding["right"], padding["top"], padding["bottom"]))


def sides(top, bottom=None, left=None, right=None):
    values = (top, bottom, left, right)
    return dict(zip(("top", "bottom", "left", "right"), (top if v is None else v for v in values)))


def convolve(i, a, run):
    return F.conv2d(pad(run.nchw(i["x"]), a["padding"]), i["filter"].permute(3, 2, 0, 1).contiguous(), stride=a["stride"])


def finish(z, i, a, run):
    """[+ residual] [relu], and back to our layout."""
    z = z + run.nchw(i["residual"]) if "residual" in i else z
    return nhwc(F.relu(z) if a["relu"] else z)


def normalise_training(z, i, a):
    mean, variance = i["runningMean"].detach().clone(), i["runningVariance"].detach().clone()
    y = F.batch_norm(z, mean, variance, i["gamma"], i["beta"], True, a["runningFraction"], a["epsilon"])
    return y, {"newRunningMean": mean, "newRunningVariance": variance}


def normalise_inference(z, i, a):
    return F.batch_norm(z, i["runningMean"], i["runningVariance"], i["gamma"], i["beta"], False, 0.0, a["epsilon"])


def grouped_convolution(i, a, run):
    """The filter, [kH, kW, Cin / groups, Cout], permutes to PyTorch's [Cout, Cin / groups, kH, kW]."""
    filters = i["filter"].permute(3, 2, 0, 1).contiguous()
    return {"y": nhwc(F.conv2d(pad(run.nchw(i["x"]), a["padding"]), filters, stride=a["stride"], groups=a["groups"]))}


def convolution(i, a, run):
    return {"y": nhwc(convolve(i, a, run))}


def convolution_batch_norm(i, a, run):
    y, running = normalise_training(convolve(i, a, run), i, a)
    return {"y": finish(y, i, a, run), **running}


def convolution_batch_norm_inference(i, a, run):
    return {"y": finish(normalise_inference(convolve(i, a, run), i, a), i, a, run)}


def batch_norm(i, a, run):
    y, running = normalise_training(run.nchw(i["x"]), i, a)
    return {"y": finish(y, i, a, run), **running}


def batch_norm_inference(i, a, run):
    return {"y": finish(normalise_inference(run.nchw(i["x"]), i, a), i, a, run)}


def max_pool(i, a, run):
    return {"y": nhwc(F.max_pool2d(run.nchw(i["x"]), a["windowSize"], a["stride"], a["padding"]["top"]))}


def average_pool(i, a, run):
    x, window, stride, padding = run.nchw(i["x"]), a["windowSize"], a["stride"], a["padding"]["top"]
    return {"y": nhwc(F.avg_pool2d(x, window, stride, padding, count_include_pad=a["countPadding"]))}


def zero_pad_shortcut(i, a, run):
    x = i["x"][:, :: a["stride"], :: a["stride"], :]
    extra = a["outputChannels"] - x.shape[3]
    before = extra // 2 if a["placement"] == "symmetric" else 0
    return {"y": F.pad(x, (before, extra - before))}


def softmax_cross_entropy(i, a, run):
    return {"y": F.cross_entropy(i["logits"], i["labels"], label_smoothing=a["labelSmoothing"])}


def sgd_update(i, a, run):
    """Two steps; PyTorch's optimiser for its own form, the formula of the kernel contract for Caffe's."""
    parameters = [i[f"parameter{k}"].detach().clone().requires_grad_() for k in range(a["count"])]
    velocities = [i[f"velocity{k}"].detach().clone() for k in range(a["count"])]
    groups = [{"params": [p], "weight_decay": d} for p, d in zip(parameters, a["weightDecay"])]
    torch_form = torch.optim.SGD(groups, a["learningRates"][0], a["momentum"], nesterov=a["nesterov"])
    for p, v in zip(parameters, velocities):
        torch_form.state[p]["momentum_buffer"] = v
    for step, rate in enumerate(a["learningRates"]):
        gradients = [i[f"gradient{step}{k}"].detach() for k in range(a["count"])]
        if a["form"] == "torch":
            for group, p, g in zip(torch_form.param_groups, parameters, gradients):
                group["lr"], p.grad = rate, g.clone()
            torch_form.step()
            continue
        with torch.no_grad():
            for p, v, g, decay in zip(parameters, velocities, gradients, a["weightDecay"]):
                scaled = rate * (g + decay * p)
                v.mul_(a["momentum"]).add_(scaled)
                p.sub_(a["momentum"] * v + scaled if a["nesterov"] else v)
    results = {f"parameter{k}": p.detach() for k, p in enumerate(parameters)}
    return results | {f"velocity{k}": v for k, v in enumerate(velocities)}


def generate(purpose, specification):
    shape, low, high = specification[:3]
    if len(specification) == 4:
        count = 1
        for size in shape:
            count *= size
        return torch.from_numpy(label_tensor(SEED, purpose, count, high - low)).reshape(shape) + low
    return torch.from_numpy(uniform_tensor(SEED, purpose, shape, low, high))


def evaluate(operation, case, run):
    """Outputs and gradients (named d<input>) of one case under one way of computing it."""
    inputs = {}
    for name, specification in case.inputs.items():
        value = generate(f"{operation}/{case.name}/{name}", specification)
        inputs[name] = value if name == "labels" else value.to(run.dtype)
    for name in case.differentiate:
        inputs[name].requires_grad_()
    with torch.backends.mkldnn.flags(enabled=run.onednn):
        outputs = case.forward(inputs, case.attributes, run)
        results = {name: value.detach() for name, value in outputs.items()}
        if case.differentiate:
            dy = generate(f"{operation}/{case.name}/dy", (list(outputs["y"].shape), *case.dy)).to(run.dtype)
            gradients = torch.autograd.grad(outputs["y"], [inputs[n] for n in case.differentiate], dy)
            results |= {f"d{name}": gradient for name, gradient in zip(case.differentiate, gradients)}
    return {name: value.contiguous().numpy() for name, value in results.items()}


def make(operation, cases):
    records = []
    for case in cases:
        truth = evaluate(operation, case, TRUTH)
        approximations = [evaluate(operation, case, run) for run in APPROXIMATIONS]
        default = max(case.reductions.values(), default=1)
        records.append(
            {
                "name": case.name,
                "attributes": case.attributes,
                "inputs": {
                    name: {"shape": list(s[0]), "low": s[1], "high": s[2], "integer": len(s) == 4}
                    for name, s in case.inputs.items()
                },
                "dy": {"low": case.dy[0], "high": case.dy[1]},
                "differentiate": list(case.differentiate),
                "outputs": {
                    name: summarise(
                        f"{operation}/{case.name}/{name}",
                        value,
                        [a[name] for a in approximations],
                        SAMPLES,
                        case.reductions.get(name, default),
                    )
                    for name, value in truth.items()
                },
            }
        )
    write_golden(f"operations/{operation}.json", SEED, {"operation": operation, "cases": records})


# name, images [N, H, W, Cin], filter [kH, kW, Cout], stride, padding
CONVOLUTIONS = (
    ("3x3", (2, 7, 6, 5), (3, 3, 7), 1, sides(1)),
    ("3x3 stride 2", (2, 9, 8, 5), (3, 3, 6), 2, sides(1)),
    ("3x3 unequal padding", (1, 7, 7, 3), (3, 3, 4), 2, sides(0, 1, 2, 1)),
    ("1x1", (2, 5, 7, 19), (1, 1, 33), 1, sides(0)),
    ("1x1 stride 2", (2, 8, 8, 16), (1, 1, 32), 2, sides(0)),
    ("7x7 stride 2", (1, 19, 21, 3), (7, 7, 16), 2, sides(3)),
    ("3x3 of 3 to 16 channels", (1, 32, 32, 3), (3, 3, 16), 1, sides(1)),
    ("3x3 of 16 channels", (1, 32, 32, 16), (3, 3, 16), 1, sides(1)),
    ("3x3 of 16 to 32 channels, stride 2", (2, 16, 16, 16), (3, 3, 32), 2, sides(1)),
    ("3x3 of 32 channels", (2, 16, 16, 32), (3, 3, 32), 1, sides(1)),
    ("3x3 of 64 channels", (3, 8, 8, 64), (3, 3, 64), 1, sides(1)),
    ("3x3 of 64 channels, wide rows", (1, 4, 56, 64), (3, 3, 64), 1, sides(1)),
    ("3x3 of 20 to 40 channels", (2, 13, 15, 20), (3, 3, 40), 1, sides(1)),
    ("1x1 of 64 to 256 channels", (1, 7, 7, 64), (1, 1, 256), 1, sides(0)),
)


def filter_range(images, window):
    """Uniform with the variance of He's initialisation, so that activations neither grow nor fade."""
    bound = (6 / (window[0] * window[1] * images[3])) ** 0.5
    return -round(bound, 3), round(bound, 3)


def output_shape(images, window, stride, padding):
    height = (images[1] + padding["top"] + padding["bottom"] - window[0]) // stride + 1
    width = (images[2] + padding["left"] + padding["right"] - window[1]) // stride + 1
    return (images[0], height, width, window[2])


def convolution_cases():
    for name, images, window, stride, padding in CONVOLUTIONS:
        y = output_shape(images, window, stride, padding)
        reductions = {
            "y": window[0] * window[1] * images[3],
            "dx": window[0] * window[1] * window[2],
            "dfilter": y[0] * y[1] * y[2],
        }
        inputs = {
            "x": (images, -1, 1),
            "filter": ((window[0], window[1], images[3], window[2]), *filter_range(images, window)),
        }
        attributes = {"stride": stride, "padding": padding}
        yield name, inputs, attributes, y, reductions


def batch_norm_inputs(channels):
    return {
        "gamma": ((channels,), 0.5, 1.5),
        "beta": ((channels,), -0.5, 0.5),
        "runningMean": ((channels,), -0.5, 0.5),
        "runningVariance": ((channels,), 0.5, 1.5),
    }


TRAINING = {"epsilon": 1e-5, "runningFraction": 0.1}
INFERENCE = {"epsilon": 1e-5}


def fused_cases(forward, extra_attributes):
    """Every convolution, with relu and residual taking turns so that all four combinations occur at each kind."""
    for index, (name, inputs, attributes, y, reductions) in enumerate(convolution_cases()):
        relu, residual = index % 2 == 0, index % 4 < 2
        inputs = inputs | batch_norm_inputs(y[3]) | ({"residual": (y, -1, 1)} if residual else {})
        differentiate = ("x", "filter", "gamma", "beta") + (("residual",) if residual else ())
        suffix = (", residual" if residual else "") + (", relu" if relu else "")
        attributes = attributes | extra_attributes | {"relu": relu}
        yield Case(name + suffix, inputs, forward, differentiate, attributes, {"": max(reductions.values())})


def batch_norm_cases(forward, extra_attributes):
    for shape in ((4, 5, 3, 7), (3, 8, 8, 32), (6, 1, 1, 5)):
        for relu, residual in ((False, False), (True, False), (False, True), (True, True)):
            inputs = {"x": (shape, -1, 3)} | batch_norm_inputs(shape[3])
            inputs |= {"residual": (shape, -1, 1)} if residual else {}
            differentiate = ("x", "gamma", "beta") + (("residual",) if residual else ())
            name = "x".join(map(str, shape)) + (", residual" if residual else "") + (", relu" if relu else "")
            reduction = {"": shape[0] * shape[1] * shape[2]}
            yield Case(name, inputs, forward, differentiate, extra_attributes | {"relu": relu}, reduction)


def grouped_convolution_cases():
    for name, images, window, stride, groups in (
        ("3x3 of 16 channels in 4 groups", (2, 7, 6, 16), (3, 3, 16), 1, 4),
        ("3x3 of 8 to 24 channels in 4 groups, stride 2", (2, 9, 8, 8), (3, 3, 24), 2, 4),
        ("3x3 of 128 channels in 32 groups", (2, 7, 7, 128), (3, 3, 128), 1, 32),
    ):
        padding = sides(1)
        y = output_shape(images, window, stride, padding)
        inputs_of_group, outputs_of_group = images[3] // groups, window[2] // groups
        shape = (window[0], window[1], inputs_of_group, window[2])
        inputs = {"x": (images, -1, 1), "filter": (shape, *filter_range((*images[:3], inputs_of_group), window))}
        reductions = {"y": 9 * inputs_of_group, "dx": 9 * outputs_of_group, "dfilter": y[0] * y[1] * y[2]}
        attributes = {"stride": stride, "padding": padding, "groups": groups}
        yield Case(name, inputs, grouped_convolution, ("x", "filter"), attributes, reductions)


def combination_cases():
    """What stands between the fused operations of the younger blocks."""
    image = (2, 5, 7, 6)
    total = lambda i, a, run: {"y": F.relu(i["a"] + i["b"]) if a["relu"] else i["a"] + i["b"]}
    inputs = {"a": (image, -1, 1), "b": (image, -1, 1)}
    yield "add", [Case(f"relu {relu}".lower(), inputs, total, ("a", "b"), {"relu": relu}) for relu in (False, True)]
    yield "sigmoid", [Case("2x5x7x6", {"x": (image, -6, 6)}, lambda i, a, run: {"y": i["x"].sigmoid()}, ("x",))]
    scale = lambda i, a, run: {"y": i["x"] * i["factors"][:, None, None, :]}
    inputs = {"x": (image, -1, 1), "factors": ((2, 6), 0, 1)}
    yield "scaleChannels", [Case("2x5x7x6", inputs, scale, ("x", "factors"), {}, {"": 35})]
    gated = lambda i, a, run: {"y": i["t"] * i["h"] + (1 - i["t"]) * i["x"]}
    inputs = {"h": (image, -1, 1), "x": (image, -1, 1), "t": (image, 0, 1)}
    yield "gatedSum", [Case("2x5x7x6", inputs, gated, ("h", "x", "t"), {}, {"": 2})]


def max_pool_cases():
    for name, shape, window, stride, padding, values in (
        ("3x3 stride 2, padding 1", (2, 9, 8, 5), 3, 2, 1, (-1, 1)),
        ("2x2 stride 2", (2, 6, 8, 16), 2, 2, 0, (-1, 1)),
        ("3x3 stride 2, no padding", (1, 7, 9, 3), 3, 2, 0, (-1, 1)),
        ("all negative, padding never wins", (1, 6, 6, 4), 3, 2, 1, (-3, -2)),
        ("ties go to the first pixel", (2, 8, 8, 16), 3, 2, 1, (-2, 2, "integer")),
    ):
        attributes = {"windowSize": window, "stride": stride, "padding": sides(padding)}
        yield Case(name, {"x": (shape, *values)}, max_pool, ("x",), attributes, {"": window * window})


def average_pool_cases():
    for shape, window, stride, padding, count_padding in (
        ((2, 8, 8, 5), 2, 2, 0, True),
        ((2, 9, 7, 16), 3, 2, 1, True),
        ((2, 9, 7, 16), 3, 2, 1, False),
        ((1, 7, 7, 3), 7, 1, 0, True),
    ):
        name = f"{window}x{window} stride {stride}, padding {padding} {'counted' if count_padding else 'left out'}"
        attributes = {"windowSize": window, "stride": stride, "padding": sides(padding), "countPadding": count_padding}
        yield Case(name, {"x": (shape, -1, 1)}, average_pool, ("x",), attributes, {"": window * window})


def global_average_pool_cases():
    for shape in ((2, 8, 8, 64), (3, 7, 5, 13)):
        forward = lambda i, a, run: {"y": i["x"].mean((1, 2))}
        yield Case("x".join(map(str, shape)), {"x": (shape, -1, 2)}, forward, ("x",), {}, {"": shape[1] * shape[2]})


def linear_cases():
    for batch, inputs, outputs in ((4, 64, 10), (3, 17, 5), (8, 512, 1000)):
        tensors = {"x": ((batch, inputs), -1, 1), "weight": ((inputs, outputs), -0.125, 0.125), "bias": ((outputs,), -0.5, 0.5)}
        forward = lambda i, a, run: {"y": F.linear(i["x"], i["weight"].t(), i["bias"])}
        reductions = {"y": inputs, "dx": outputs, "dweight": batch, "dbias": batch}
        yield Case(f"{batch}x{inputs} to {outputs}", tensors, forward, ("x", "weight", "bias"), {}, reductions)


def zero_pad_shortcut_cases():
    for shape, stride, channels, placement in (
        ((2, 8, 8, 16), 2, 32, "end"),
        ((2, 7, 9, 6), 2, 12, "symmetric"),
        ((1, 5, 5, 64), 1, 256, "end"),
    ):
        attributes = {"stride": stride, "outputChannels": channels, "placement": placement}
        name = f"{shape[3]} to {channels} channels, stride {stride}, {placement}"
        yield Case(name, {"x": (shape, -1, 1)}, zero_pad_shortcut, ("x",), attributes)


def softmax_cross_entropy_cases():
    for name, shape, scale, smoothing in (
        ("10 classes", (8, 10), 3, 0.0),
        ("1000 classes, smoothing 0.1", (4, 1000), 3, 0.1),
        ("10 classes, smoothing 0.1", (8, 10), 3, 0.1),
        ("large logits do not overflow", (8, 10), 400, 0.0),
    ):
        inputs = {"logits": (shape, -scale, scale), "labels": (shape[:1], 0, shape[1], "integer")}
        attributes = {"labelSmoothing": smoothing}
        yield Case(name, inputs, softmax_cross_entropy, ("logits",), attributes, {"": shape[1]}, dy=(0.5, 1.5))


def sgd_update_cases():
    shapes = ((3, 3, 4, 8), (17,))
    for form in ("torch", "caffe"):
        for nesterov in (False, True):
            inputs = {f"parameter{k}": (shape, -1, 1) for k, shape in enumerate(shapes)}
            inputs |= {f"velocity{k}": (shape, -1, 1) for k, shape in enumerate(shapes)}
            inputs |= {f"gradient{step}{k}": (shape, -1, 1) for step in range(2) for k, shape in enumerate(shapes)}
            attributes = {
                "count": len(shapes),
                "learningRates": [0.1, 0.01],
                "momentum": 0.9,
                "nesterov": nesterov,
                "form": form,
                "weightDecay": [0.05, 0.0],
            }
            yield Case(form + (", nesterov" if nesterov else ""), inputs, sgd_update, (), attributes, {"": 4})


def elementwise_cases():
    relu = lambda i, a, run: {"y": F.relu(i["x"])}
    yield "relu", [
        Case("2x5x7x3", {"x": ((2, 5, 7, 3), -1, 1)}, relu, ("x",)),
        Case("no gradient at zero", {"x": ((2, 4, 4, 8), -2, 3, "integer")}, relu, ("x",)),
    ]
    bias = lambda i, a, run: {"y": i["x"] + i["bias"]}
    tensors = {"x": ((2, 5, 7, 6), -1, 1), "bias": ((6,), -1, 1)}
    yield "biasAdd", [Case("2x5x7x6", tensors, bias, ("x", "bias"), {}, {"": 70})]
    flat = lambda i, a, run: {"y": i["x"].flatten(1)}
    yield "flatten", [Case("2x3x4x5", {"x": ((2, 3, 4, 5), -1, 1)}, flat, ("x",))]


def main():
    torch.set_num_threads(1)  # the same sums on any machine, and no waiting for each other on a busy one
    make("convolution", [Case(n, i, convolution, ("x", "filter"), a, r) for n, i, a, _, r in convolution_cases()])
    make("convolutionBatchNorm", list(fused_cases(convolution_batch_norm, TRAINING)))
    make("convolutionBatchNormInference", list(fused_cases(convolution_batch_norm_inference, INFERENCE)))
    make("batchNorm", list(batch_norm_cases(batch_norm, TRAINING)))
    make("batchNormInference", list(batch_norm_cases(batch_norm_inference, INFERENCE)))
    make("maxPool", list(max_pool_cases()))
    make("averagePool", list(average_pool_cases()))
    make("globalAveragePool", list(global_average_pool_cases()))
    make("linear", list(linear_cases()))
    make("zeroPadShortcut", list(zero_pad_shortcut_cases()))
    make("softmaxCrossEntropy", list(softmax_cross_entropy_cases()))
    make("sgdUpdate", list(sgd_update_cases()))
    make("groupedConvolution", list(grouped_convolution_cases()))
    for operation, cases in (*elementwise_cases(), *combination_cases()):
        make(operation, cases)


if __name__ == "__main__":
    main()
