"""Accuracy of a Sigmax model on a pair of IDX files, with nothing but NumPy and Python's own library."""
import gzip, json, struct, sys
import numpy as np

model, images, labels = sys.argv[1:]
data = open(model, "rb").read()
(size,) = struct.unpack("<Q", data[:8])
header = json.loads(data[8 : 8 + size])
about = json.loads(header["__metadata__"]["sigmax"])

def tensor(name):
    start, end = header[name]["data_offsets"]
    kind = {"F32": "<f4", "F64": "<f8"}[header[name]["dtype"]]
    return np.frombuffer(data[8 + size + start : 8 + size + end], kind).reshape(header[name]["shape"])

pixels = np.frombuffer(gzip.open(images).read(), np.uint8, offset=16).reshape(-1, len(about["features"]["columns"]))
truth = np.frombuffer(gzip.open(labels).read(), np.uint8, offset=8)
features = pixels / about["features"]["scaling"]["scale"]
logits = features @ tensor("layers.0.weight").T.astype(float) + tensor("layers.0.bias")
print(repr(float(np.mean(logits.argmax(axis=1) == truth))))
