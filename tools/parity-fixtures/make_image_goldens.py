"""Resized images and decoded JPEGs of Pillow, for the image pipeline of packages/data-pipelines.

    pip install Pillow==13.0.0
    python tools/parity-fixtures/make_image_goldens.py
"""

import base64
import hashlib
import io
import json
from pathlib import Path

import PIL
from PIL import Image, features

TARGET = Path(__file__).parents[2] / "packages/data-pipelines/src/__fixtures__/pillow-images.json"
KERNELS = {
    "linear": Image.Resampling.BILINEAR,
    "cubic": Image.Resampling.BICUBIC,
    "lanczos3": Image.Resampling.LANCZOS,
}


def picture(width, height):
    """Edges, slopes and a texture, by a formula that the tests repeat."""
    values = bytes(
        (x * (3 + 4 * colour) + y * 11 + (x * y) % 19 * 9 + (200 if (x // 7 + y // 5) % 3 == colour else 0)) % 256
        for y in range(height)
        for x in range(width)
        for colour in range(3)
    )
    return Image.frombytes("RGB", (width, height), values)


def text(content):
    return base64.b64encode(content).decode()


def resized(kernel, box, size, window):
    """A window of a region of the picture, scaled: left, top, width and height of either."""
    left, top, width, height = box
    scaled = picture(61, 47).crop((left, top, left + width, top + height)).resize(size, KERNELS[kernel])
    left, top, width, height = window
    pixels = scaled.crop((left, top, left + width, top + height)).tobytes()
    return {"kernel": kernel, "region": box, "size": size, "window": window, "sha256": digest(pixels)}


def jpeg(width, height, **options):
    file = io.BytesIO()
    picture(width, height).save(file, "JPEG", **options)
    pixels = Image.open(io.BytesIO(file.getvalue())).convert("RGB").tobytes()
    return {"options": options, "width": width, "height": height, "file": text(file.getvalue()), "sha256": digest(pixels)}


def digest(pixels):
    return hashlib.sha256(pixels).hexdigest()


def main():
    whole = (0, 0, 61, 47)
    views = [
        (whole, (61, 47), whole),
        (whole, (122, 94), (0, 0, 122, 94)),
        (whole, (100, 77), (60, 40, 40, 37)),
        (whole, (41, 31), (3, 5, 20, 20)),
        (whole, (13, 10), (0, 0, 13, 10)),
        ((5, 9, 37, 30), (24, 24), (0, 0, 24, 24)),
        ((40, 30, 21, 17), (64, 64), (0, 0, 64, 64)),
        ((60, 0, 1, 47), (3, 90), (0, 0, 3, 90)),
    ]
    jpegs = [
        jpeg(45, 37, quality=85, subsampling="4:2:2"),
        jpeg(45, 37, quality=85, subsampling="4:2:0", restart_marker_blocks=2),
        jpeg(50, 33, quality=98, subsampling="4:4:4", restart_marker_rows=1, optimize=True),
        jpeg(33, 16, quality=30, subsampling="4:2:2", optimize=True),
    ]
    golden = {
        "origin": f"make_image_goldens.py, Pillow {PIL.__version__}, libjpeg-turbo {features.version_feature('libjpeg_turbo')}",
        "resized": [resized(kernel, *view) for kernel in KERNELS for view in views],
        "jpegs": jpegs,
    }
    TARGET.write_text(json.dumps(golden, indent=1) + "\n")


if __name__ == "__main__":
    main()
