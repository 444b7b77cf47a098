"""Inference of OpenVINO, driven by lines on stdin. `verify` also names the ONNX file that is run from then on.

From Python, because OpenVINO's package for Node fetches the library from elsewhere when it is installed; Python's holds
it. Needs nothing of PyTorch.
"""

import json
import sys
import time

import numpy as np
import openvino

from protocol import read_safetensors, serve


def main():
    settings = json.loads(sys.argv[1])
    core, state = openvino.Core(), {}
    hints = {
        "INFERENCE_NUM_THREADS": settings["threads"],
        "PERFORMANCE_HINT": "LATENCY",
        "INFERENCE_PRECISION_HINT": "f32",
    }

    def verify(request):
        state["request"] = core.compile_model(request["onnx"], "CPU", hints).create_infer_request()
        images = read_safetensors(request["file"])["images"]
        state["images"] = np.ascontiguousarray(images.transpose(0, 3, 1, 2))
        return {"logits": infer().flatten().tolist()}

    def infer():
        return next(iter(state["request"].infer([state["images"]], share_inputs=True).values()))

    def run(request):
        start = time.perf_counter()
        for _ in range(request["steps"]):
            infer()
        return {"seconds": time.perf_counter() - start}

    version = openvino.__version__.split("-")[0]
    serve(f"OpenVINO {version}, {settings['threads']} threads", {"verify": verify, "run": run})


if __name__ == "__main__":
    main()
