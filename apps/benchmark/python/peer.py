"""What PyTorch's contenders share: states, networks, variants."""

import contextlib
import json
import pathlib
import sys

import numpy as np
import torch

import protocol

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[3] / "tools" / "parity-fixtures"))
from residual_networks import create_network  # noqa: E402


def read_settings():
    settings = json.loads(sys.argv[1])
    torch.set_num_threads(settings["threads"])
    return settings


def memory_format(settings):
    return torch.channels_last if settings["channelsLast"] else torch.contiguous_format


def network(settings):
    module = create_network(settings["network"], torch.float32, settings["classes"], settings["width"])
    return module.to(memory_format=memory_format(settings))


def autocast(settings):
    return torch.autocast("cpu", torch.bfloat16) if settings["bfloat16"] else contextlib.nullcontext()


def to_torch(array):
    """HWIO -> OIHW, [in, out] -> [out, in]."""
    return torch.from_numpy(np.ascontiguousarray(array.transpose(3, 2, 0, 1) if array.ndim == 4 else array.T))


def load_start(module, file):
    """Puts the state of a file into a module; returns its images [N, C, H, W] and labels."""
    tensors = protocol.read_safetensors(file)
    images = torch.from_numpy(tensors.pop("images").copy()).permute(0, 3, 1, 2)
    labels = torch.from_numpy(tensors.pop("labels").astype(np.int64))
    state = {name: to_torch(array) for name, array in tensors.items()}
    missing, unexpected = module.load_state_dict(state, strict=False)
    missing = [name for name in missing if not name.endswith("num_batches_tracked")]
    if missing or unexpected:
        raise SystemExit(f"expected the state of {type(module).__name__}: missing {missing}, extra {unexpected}")
    return images, labels


def serve(handlers):
    version = torch.__version__.split("+")[0]
    protocol.serve(f"PyTorch {version}, {torch.backends.cpu.get_cpu_capability()}", handlers)
