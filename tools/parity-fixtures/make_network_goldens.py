"""Goldens of whole networks: logits, loss, every parameter gradient, running statistics, ten training steps.

Run:  python tools/parity-fixtures/make_network_goldens.py [name ...]
The truth is float64 PyTorch; float32 PyTorch gives its own error beside it.

A pre-activation closer to zero than float32's error may fall on either side of the ReLU; one flipped pixel changes a
gradient by far more than rounding does, and the comparison would measure luck. So gradients are taken on few images, at
betas above zero (fewer activations near the cut, the fewer the larger the network), with the first seed at which no
pre-activation is that close. The ten steps, whose losses hardly feel a flip, run on more images at betas around zero.
"""

import sys
from dataclasses import dataclass

import numpy as np
import torch
import torch.nn.functional as F

from counter_random import label_tensor, uniform_tensor
from family_networks import FAMILY, create_family_network
from goldens import summarise, write_golden
from residual_networks import create_network

CLEAR = 20  # times its layer's rms float32 error: a Winograd convolution errs several times as much as PyTorch's
MOMENTUM, DECAY = 0.9, 0.01  # a large decay, so that its scope shows within ten steps
RATE_FACTORS = [1] * 5 + [0.1] * 5  # the drop is where the two momentum forms part

BETA = (-0.5, 0.5)

TRAININGS = {
    "torch": {"form": "torch", "nesterov": False, "decay": "weights"},
    "torch nesterov": {"form": "torch", "nesterov": True, "decay": "all"},
    "caffe": {"form": "caffe", "nesterov": False, "decay": "all"},
}


@dataclass
class Golden:
    network: str
    size: int  # height and width of the images
    batch: int  # of the step whose gradients are compared
    training_batch: int
    classes: int
    trainings: tuple
    samples: int
    beta: tuple = BETA
    learning_rate: float = 0.01


STRIDED_STEMS = ("small-resnext", "small-se", "small-resnet-d", "small-resnetrs")

GOLDENS = {
    "resnet20": Golden("resnet20", 32, 2, 16, 10, tuple(TRAININGS), 16, beta=(0.5, 1.5)),
    "resnet20-b": Golden("resnet20-b", 32, 2, 16, 10, ("torch",), 16, beta=(0.5, 1.5)),
    "plain20": Golden("plain20", 32, 2, 16, 10, ("caffe",), 16, beta=(0.5, 1.5), learning_rate=0.001),
    "resnet50": Golden("resnet50", 64, 2, 4, 1000, ("torch nesterov",), 4, beta=(3, 4), learning_rate=1e-6),
    "resnet50-paper": Golden("resnet50-paper", 64, 2, 4, 1000, ("caffe",), 4, beta=(3, 4), learning_rate=1e-6),
    "resnet50-224": Golden("resnet50", 224, 2, 0, 1000, (), 4, beta=(4, 5)),
    # Stems that pool leave 16x16 of 64x64.
    **{
        name: Golden(name, 64 if name in STRIDED_STEMS else 32, 2, 8, 10, ("torch",), 12)
        for name in FAMILY
    },
}


@dataclass
class Run:
    dtype: torch.dtype
    memory_format: torch.memory_format = torch.contiguous_format
    onednn: bool = True


TRUTH = Run(torch.float64)
APPROXIMATIONS = (
    Run(torch.float32),
    Run(torch.float32, torch.channels_last),
    Run(torch.float32, onednn=False),
)


def to_ours(array):
    """OIHW -> HWIO, [out, in] -> [in, out]."""
    return array.transpose(2, 3, 1, 0) if array.ndim == 4 else array.T


def value_of(seed, name, shape, beta):
    """A parameter or buffer in our layout; the ranges by role are repeated in generated-state.ts."""
    purpose = f"state/{name}"
    if len(shape) == 4:
        bound = np.float32(np.sqrt(6 / (shape[0] * shape[1] * shape[2])))
        return uniform_tensor(seed, purpose, shape, -bound, bound)
    if len(shape) == 2:
        bound = np.float32(1 / np.sqrt(shape[0]))
        return uniform_tensor(seed, purpose, shape, -bound, bound)
    if name.endswith(("fc.bias", "se.fc1.bias", "se.fc2.bias", "gate.bias")):
        return uniform_tensor(seed, purpose, shape, -0.125, 0.125)
    if name.endswith("running_mean"):
        return uniform_tensor(seed, purpose, shape, -0.5, 0.5)
    if name.endswith("running_var"):
        return uniform_tensor(seed, purpose, shape, 1, 3)
    if name.endswith("weight"):
        return uniform_tensor(seed, purpose, shape, 0.75, 1.25)
    return uniform_tensor(seed, purpose, shape, *beta)


def generated_state(module, seed, beta):
    state = {}
    for name, tensor in module.state_dict().items():
        if name.endswith("num_batches_tracked"):
            continue
        shape = to_ours(np.empty(tensor.shape, np.bool_)).shape
        value = value_of(seed, name, shape, beta)
        value = value.transpose(3, 2, 0, 1) if value.ndim == 4 else value.T
        state[name] = torch.from_numpy(np.ascontiguousarray(value))
    return state


def batch_of(golden, seed, count, run):
    shape = (count, golden.size, golden.size, 3)
    images = torch.from_numpy(uniform_tensor(seed, "images", shape, -2, 2)).permute(0, 3, 1, 2)
    labels = torch.from_numpy(label_tensor(seed, "labels", count, golden.classes))
    return images.to(run.dtype).contiguous(memory_format=run.memory_format), labels


def load(golden, seed, beta, run):
    create = create_family_network if golden.network in FAMILY else create_network
    module = create(golden.network, run.dtype)
    module.load_state_dict(generated_state(module, seed, beta), strict=False)
    return module.to(memory_format=run.memory_format)


def numpy(tensor):
    return tensor.detach().contiguous().numpy()


def one_step(golden, seed, run):
    """Logits, loss, gradients and running statistics of one training pass, with every ReLU's input for the margin."""
    module = load(golden, seed, golden.beta, run).train()
    pre_activations = []
    hooks = [
        layer.register_forward_pre_hook(lambda _, inputs: pre_activations.append(numpy(inputs[0]).copy()))
        for layer in module.modules()
        if isinstance(layer, torch.nn.ReLU)
    ]
    images, labels = batch_of(golden, seed, golden.batch, run)
    with torch.backends.mkldnn.flags(enabled=run.onednn):
        logits = module(images)
        for hook in hooks:
            hook.remove()
        loss = F.cross_entropy(logits, labels)
        yield {"preActivations": pre_activations}
        loss.backward()
    tensors = {"logits": numpy(logits), "loss": numpy(loss)}
    tensors |= {f"gradients/{n}": to_ours(numpy(p.grad)) for n, p in module.named_parameters()}
    tensors |= {f"buffers/{n}": numpy(b) for n, b in module.named_buffers() if "running" in n}
    yield tensors


def is_clear(truth, approximations):
    """No pre-activation within CLEAR float32 errors of zero, layer by layer."""
    for layer, exact in enumerate(truth):
        error = max(np.sqrt(np.mean((a[layer] - exact) ** 2)) for a in approximations)
        if np.min(np.abs(exact)) <= CLEAR * error:
            return False
    return True


def clear_step(golden):
    """(seed, truth, approximations) at the first seed whose ReLUs no rounding can flip."""
    for seed in range(1, 2000):
        steps = [one_step(golden, seed, run) for run in (TRUTH, *APPROXIMATIONS)]
        first = next(steps[0])["preActivations"]
        if not is_clear(first, [next(steps[1])["preActivations"]]):
            continue
        others = [next(step)["preActivations"] for step in steps[2:]]
        if is_clear(first, others):
            truth, *approximations = (next(step) for step in steps)
            return seed, truth, approximations
    raise SystemExit(f"no seed below 2000 keeps the activations of {golden.network} clear of zero: use a smaller batch")


def inference_logits(golden, seed, run):
    module = load(golden, seed, BETA, run).eval()
    with torch.no_grad(), torch.backends.mkldnn.flags(enabled=run.onednn):
        return numpy(module(batch_of(golden, seed, golden.batch, run)[0]))


def training_losses(golden, seed, training, run):
    module = load(golden, seed, BETA, run).train()
    named = list(module.named_parameters())
    rates = [golden.learning_rate * factor for factor in RATE_FACTORS]
    decays = [DECAY if training["decay"] == "all" or p.ndim > 1 else 0.0 for _, p in named]
    groups = [{"params": [p], "weight_decay": d} for (_, p), d in zip(named, decays)]
    torch_form = torch.optim.SGD(groups, rates[0], MOMENTUM, nesterov=training["nesterov"])
    velocities = [torch.zeros_like(p) for _, p in named]
    losses = []
    images, labels = batch_of(golden, seed, golden.training_batch, run)
    for rate in rates:
        module.zero_grad()
        with torch.backends.mkldnn.flags(enabled=run.onednn):
            loss = F.cross_entropy(module(images), labels)
            loss.backward()
        losses.append(float(loss.detach()))
        if training["form"] == "torch":
            for group in torch_form.param_groups:
                group["lr"] = rate
            torch_form.step()
        else:
            caffe_update([p for _, p in named], velocities, decays, rate)
    return np.array(losses)


def caffe_update(parameters, velocities, decays, rate):
    """v <- m v + lr (g + decay w); w <- w - v: the authors' form (README of their release)."""
    with torch.no_grad():
        for p, v, decay in zip(parameters, velocities, decays):
            v.mul_(MOMENTUM).add_(rate * (p.grad + decay * p))
            p.sub_(v)


def train(golden, seed, name):
    training = TRAININGS[name]
    truth = training_losses(golden, seed, training, TRUTH)
    approximations = [training_losses(golden, seed, training, run) for run in APPROXIMATIONS]
    errors = np.max([np.abs(a - truth) / truth for a in approximations], axis=0)
    print(f"  {name}: losses {truth.round(4).tolist()}, float32 errors {[float(f'{e:.1e}') for e in errors]}")
    return truth, {
        "name": name,
        **training,
        "momentum": MOMENTUM,
        "weightDecay": DECAY,
        "learningRates": [golden.learning_rate * factor for factor in RATE_FACTORS],
        "losses": [float(f"{v:.9g}") for v in truth],
        "float32Errors": [float(f"{e:.3g}") for e in errors],
    }


def make(name):
    golden = GOLDENS[name]
    seed, truth, approximations = clear_step(golden)

    def record(key, samples):
        return summarise(f"{name}/{key}", truth[key], [a[key] for a in approximations], samples)

    gradients = [key for key in truth if key.startswith("gradients/")]
    buffers = [key for key in truth if key.startswith("buffers/")]
    inference = inference_logits(golden, seed, TRUTH)
    inference32 = [inference_logits(golden, seed, run) for run in APPROXIMATIONS]
    trainings = [train(golden, seed, training) for training in golden.trainings]
    require_distinct([losses for losses, _ in trainings], [record for _, record in trainings])
    write_golden(
        f"networks/{name}.json",
        seed,
        {
            "network": golden.network,
            "size": golden.size,
            "batch": golden.batch,
            "trainingBatch": golden.training_batch,
            "classes": golden.classes,
            "beta": list(golden.beta),
            "trainingBeta": list(BETA),
            "loss": record("loss", 1),
            "logits": record("logits", 40),
            "inferenceLogits": summarise(f"{name}/inferenceLogits", inference, inference32, 40),
            "gradients": {key.removeprefix("gradients/"): record(key, golden.samples) for key in gradients},
            "buffers": {key.removeprefix("buffers/"): record(key, golden.samples // 2) for key in buffers},
            "trainings": [record for _, record in trainings],
        },
    )
    errors = sorted(record(key, 1)["float32Error"] for key in gradients)
    print(f"  float32 gradient errors: median {errors[len(errors) // 2]:.1e}, largest {errors[-1]:.1e}")


def require_distinct(losses, records):
    """A golden that cannot tell two optimisers apart proves nothing."""
    for i in range(len(losses)):
        for j in range(i):
            difference = abs(losses[i][-1] / losses[j][-1] - 1)
            if difference < 20 * max(max(records[i]["float32Errors"]), max(records[j]["float32Errors"])):
                raise SystemExit(f"{records[i]['name']} and {records[j]['name']} differ by {difference:.1e} only")


if __name__ == "__main__":
    torch.set_num_threads(1)  # the same sums on any machine, and no waiting for each other on a busy one
    for requested in sys.argv[1:] or GOLDENS:
        make(requested)
