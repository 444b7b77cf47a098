"""The protocol of src/contenders/contender-process.ts, and the files that contenders exchange. Needs NumPy only."""

import json
import pathlib
import resource
import struct
import sys

import numpy as np


def read_safetensors(path):
    """The tensors of a file that the other contender has just written."""
    content = pathlib.Path(path).read_bytes()
    (length,) = struct.unpack("<Q", content[:8])
    tensors = {}
    for name, entry in json.loads(content[8 : 8 + length]).items():
        if name == "__metadata__":
            continue
        first, last = entry["data_offsets"]
        kind = {"F32": np.float32, "I32": np.int32}[entry["dtype"]]
        tensors[name] = np.frombuffer(content[8 + length + first : 8 + length + last], kind).reshape(entry["shape"])
    return tensors


def peak_bytes():
    """Since the last forget_peak on Linux, ever elsewhere: see src/workers/peak-memory.ts."""
    try:
        for line in pathlib.Path("/proc/self/status").read_text().splitlines():
            if line.startswith("VmHWM:"):
                return int(line.split()[1]) * 1024
    except OSError:
        pass
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return peak if sys.platform == "darwin" else peak * 1024


def forget_peak():
    try:
        pathlib.Path("/proc/self/clear_refs").write_text("5")
    except OSError:
        pass


def serve(description, handlers):
    """Says that it is ready, then answers requests, one JSON object a line each way, until stdin ends."""

    def answer(value):
        print(json.dumps(value | {"peakBytes": peak_bytes()}), flush=True)

    answer({"ready": description})
    for line in sys.stdin:
        request = json.loads(line)
        if request["do"] == "forget-peak":
            forget_peak()
            answer({})
            continue
        answer(handlers[request["do"]](request))
