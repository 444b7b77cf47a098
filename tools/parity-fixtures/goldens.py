"""How goldens are summarised and written: small JSON files with their origin inside."""

import json
import math
import pathlib
import sys

import numpy as np
import torch

from counter_random import CounterRandom

FIXTURES = pathlib.Path(__file__).resolve().parents[2] / "apps" / "parity" / "src" / "__fixtures__"

SIZE_LIMIT = 50_000  # bytes a file; goldens are read by people as well


def sample_positions(name, count, samples):
    """`samples` flat positions in a tensor of `count` elements, the same on both sides: floor(u * count)."""
    uniform = CounterRandom(0, f"positions/{name}").uniform(np.arange(samples, dtype=np.uint32))
    return np.floor(uniform.astype(np.float64) * count).astype(np.int64)


def short(value):
    """Nine significant digits: an error of 5e-10, a hundredth of float32's half unit."""
    return float(f"{float(value):.9g}")


def summarise(name, truth, approximations, samples, reduction=1):
    """Golden record of one tensor in our layout.

    truth: float64 array. approximations: the same tensor from float32 PyTorch, in several memory formats.
    Tensors of at most twice `samples` elements are stored whole, others by norm, sum and sampled values.
    float32Error: the largest |float32 - truth| over all elements and formats, in units of the truth's rms.
    reduction: the longest sum that makes an element; the reader derives a rounding bound from it.
    """
    truth = np.asarray(truth, np.float64)
    flat = truth.reshape(-1)
    rms = math.sqrt(float(np.mean(flat * flat)))
    if not np.isfinite(flat).all() or rms == 0:
        raise SystemExit(f"expected finite values, not all zero, for {name}")
    errors = [float(np.max(np.abs(np.asarray(a, np.float64).reshape(-1) - flat))) / rms for a in approximations]
    record = {
        "shape": list(truth.shape),
        "rms": short(rms),
        "sum": short(flat.sum()),
        "float32Error": float(f"{max(errors):.3g}"),
        "reduction": int(reduction),
    }
    if flat.size <= 2 * samples:
        record["values"] = [short(v) for v in flat]
    else:
        record["samples"] = [short(v) for v in flat[sample_positions(name, flat.size, samples)]]
    return record


def write_golden(relative_path, seed, body):
    """One line per record, so that a changed golden is a readable difference."""
    origin = {
        "script": f"tools/parity-fixtures/{pathlib.Path(sys.argv[0]).name}",
        "torch": torch.__version__.split("+")[0],
        "numpy": np.__version__,
        "seed": seed,
    }
    text = format_value({"origin": origin, **body}, 0) + "\n"
    if len(text) > SIZE_LIMIT:
        raise SystemExit(f"expected at most {SIZE_LIMIT} bytes for {relative_path}, got {len(text)}: store fewer samples")
    path = FIXTURES / relative_path
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text)
    print(f"{relative_path}: {len(text)} bytes, seed {seed}")


def format_value(value, depth):
    is_record = isinstance(value, dict) and any(isinstance(v, (dict, list)) for v in value.values())
    is_list_of_records = isinstance(value, list) and any(isinstance(v, dict) for v in value)
    if "rms" in value if isinstance(value, dict) else False:
        return json.dumps(value, separators=(",", ":"))
    indent, inner = " " * depth, " " * (depth + 1)
    if is_record:
        lines = [f"{inner}{json.dumps(k)}: {format_value(v, depth + 1)}" for k, v in value.items()]
        return "{\n" + ",\n".join(lines) + f"\n{indent}}}"
    if is_list_of_records:
        return "[\n" + ",\n".join(inner + format_value(v, depth + 1) for v in value) + f"\n{indent}]"
    return json.dumps(value, separators=(",", ":"))
