"""What the torch scripts share: the textbook's settings, Fashion-MNIST's files, and the JSON object each prints.

torch is imported only after `parse_options` has set the number of threads: OpenBLAS reads it once, when it loads.
"""

import argparse
import gzip
import json
import os
import struct
import time

BATCH, RATE, CLASSES, SEED = 256, 0.1, 10, 7
FOLDER = os.environ.get("FASHION_MNIST", "/usr/share/datasets/fashion-mnist")


def parse_options(description, **choices):
    """`--threads`, `--epochs` and one option for each keyword, whose first choice is the default."""
    parser = argparse.ArgumentParser(description=description)
    parser.add_argument("--threads", type=int, default=1)
    parser.add_argument("--epochs", type=int, default=10)
    for name, values in choices.items():
        parser.add_argument("--" + name, choices=values, default=values[0])
    options = parser.parse_args()
    # torch.set_num_threads alone does not reach into OpenBLAS: it would keep a pool of its own.
    os.environ["OPENBLAS_NUM_THREADS"] = os.environ["OMP_NUM_THREADS"] = str(options.threads)
    return options


def read_idx(name):
    """The shape and the bytes of one gzipped IDX file of unsigned bytes."""
    with open(os.path.join(FOLDER, name + ".gz"), "rb") as file:
        content = gzip.decompress(file.read())
    dimensions = content[3]
    shape = struct.unpack_from(">%dI" % dimensions, content, 4)
    return shape, bytearray(memoryview(content)[4 + 4 * dimensions :])


def load(split):
    """Pixels / 255 as one float32 tensor, rows x 784, and the labels."""
    import torch

    (rows, height, width), pixels = read_idx(split + "-images-idx3-ubyte")
    _, labels = read_idx(split + "-labels-idx1-ubyte")
    images = torch.frombuffer(pixels, dtype=torch.uint8).view(rows, height * width)
    return images.to(torch.float32).div_(255), torch.frombuffer(labels, dtype=torch.uint8).to(torch.int64)


class Stopwatch:
    """Seconds from one `lap` to the next, by name."""

    def __init__(self):
        self.seconds, self._last = {}, time.perf_counter()

    def lap(self, name):
        now = time.perf_counter()
        self.seconds[name], self._last = now - self._last, now


def run_epochs(epoch, count):
    """Seconds of each of `count` calls."""
    seconds = []
    for _ in range(count):
        begun = time.perf_counter()
        epoch()
        seconds.append(time.perf_counter() - begun)
    return seconds


def report(epoch_seconds, train_loss, accuracy, stopwatch):
    print(
        json.dumps(
            {
                "epochSeconds": epoch_seconds,
                "trainLoss": train_loss,
                "accuracy": accuracy,
                "seconds": stopwatch.seconds,
            }
        )
    )
