"""Writes softmax-regression.json: softmax regression on the shipped digits by minibatch gradient descent
with momentum and penalty, in NumPy's float64. Nothing is random: the start is a formula, the rows come in
their own order, and every setting is a binary fraction, so that float32 holds it exactly.

    python3 softmax-regression.py
"""

import gzip
import json
import pathlib

import numpy as np

here = pathlib.Path(__file__).parent
data = here / "../../../sigmax/data"


def read_idx(name, header):
    return np.frombuffer(gzip.open(data / name).read(), dtype=np.uint8, offset=header)


labels = read_idx("digits-labels-idx1-ubyte.gz", 8)
x = read_idx("digits-images-idx3-ubyte.gz", 16).reshape(len(labels), 64) / 16
y = np.eye(10)[labels]
rows, columns = x.shape

settings = {"batch": 128, "epochs": 5, "learningRate": 0.125, "momentum": 0.875, "decay": 2**-9}
rate, momentum, decay = (settings[name] for name in ("learningRate", "momentum", "decay"))

w = ((np.arange(10 * columns) * 37 % 101 - 50) / 1024).reshape(10, columns)
b = (np.arange(10) - 4.5) / 16
vw, vb = np.zeros_like(w), np.zeros_like(b)
epochs = []
for _ in range(settings["epochs"]):
    loss = right = 0.0
    for start in range(0, rows, settings["batch"]):
        xs, ys = x[start : start + settings["batch"]], y[start : start + settings["batch"]]
        z = xs @ w.T + b
        z -= z.max(axis=1, keepdims=True)
        e = np.exp(z)
        total = e.sum(axis=1, keepdims=True)
        loss += float((np.log(total[:, 0]) - (z * ys).sum(axis=1)).sum())
        right += float((z.argmax(axis=1) == ys.argmax(axis=1)).sum())
        delta = (e / total - ys) / len(xs)
        vw = momentum * vw + delta.T @ xs + decay * w
        vb = momentum * vb + delta.sum(axis=0)
        w = w - rate * vw
        b = b - rate * vb
    epochs.append({"loss": loss, "right": right})

result = {
    "madeBy": f"NumPy {np.__version__}",
    "rows": rows,
    "settings": settings,
    "epochs": epochs,
    "weights": w.ravel().tolist(),
    "bias": b.tolist(),
}
(here / "softmax-regression.json").write_text(json.dumps(result, indent=1) + "\n")
