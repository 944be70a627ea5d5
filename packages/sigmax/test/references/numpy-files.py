"""Writes numpy-files.json: small files as NumPy writes them, in base64. Run with Debian's python3-numpy:

    /usr/bin/python3 packages/sigmax/test/references/numpy-files.py
"""

import base64
import io
import json
import os
import platform

import numpy as np

numbers = np.arange(6).reshape(2, 3)
cube = np.arange(24).reshape(2, 3, 4)


def npy(array, version=None):
    file = io.BytesIO()
    np.lib.format.write_array(file, array, version=version, allow_pickle=True)
    return file.getvalue()


def npz(save, **arrays):
    file = io.BytesIO()
    save(file, **arrays)
    return file.getvalue()


files = {}
for name in ["u1", "i1", "u2", "i2", "u4", "i4", "u8", "i8", "f4", "f8"]:
    signs = 1 if name[0] == "u" else -1
    for order in "<>":
        files[order + name] = npy((numbers * signs).astype(order + name))
files["bool"] = npy(numbers % 2 == 1)
files["fractions"] = npy(numbers / 7)
for version in [(1, 0), (2, 0), (3, 0)]:
    files["version %d" % version[0]] = npy(numbers, version)
files["fortran"] = npy(np.asfortranarray(numbers))
files["fortran cube"] = npy(np.asfortranarray(cube.astype("f4")))
files["cube"] = npy(cube.astype("u1"))
files["labels"] = npy(np.array([1, 0]))
files["labels column"] = npy(np.array([[1], [0]]))
files["three labels"] = npy(np.array([1, 0, 2]))
files["texts"] = npy(np.array(["café", "猫🐈"]))
files["texts big-endian"] = npy(np.array(["b", "a"]).astype(">U3"))
files["nan"] = npy(np.array([[0.0, 1.0], [np.nan, 2.0]]))
files["2^53"] = npy(np.array([[1, 2**53]]))
files["objects"] = npy(np.array([[{}, 1]], dtype=object))
files["records"] = npy(np.zeros(2, dtype=[("a", "f4"), ("b", "i4")]))
files["float16"] = npy(numbers.astype("f2"))
files["complex"] = npy(numbers.astype("c16"))
files["dates"] = npy(np.array(["2026-01-01", "2026-01-02"], dtype="M8[D]"))
files["no dimension"] = npy(np.array(5.0))
files["no rows"] = npy(np.zeros((0, 3)))

files["Xy.npz"] = npz(np.savez, X=numbers, y=np.array([1, 0]))
files["Xy compressed.npz"] = npz(np.savez_compressed, X=cube.astype("u1"), y=np.array(["b", "a"]))
files["other names.npz"] = npz(np.savez, data=numbers, classes=np.array([1, 0]))
files["alone.npz"] = npz(np.savez, features=numbers)

output = {
    "versions": {"python": platform.python_version(), "numpy": np.__version__},
    "files": {name: base64.b64encode(content).decode() for name, content in files.items()},
}
path = os.path.join(os.path.dirname(os.path.abspath(__file__)), "numpy-files.json")
with open(path, "w") as file:
    json.dump(output, file, indent=1)
    file.write("\n")
