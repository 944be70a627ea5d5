"""Writes separation.json: small classification problems and whether their classes are separated, by linear programs.

Row i of class y says (w_y - w_k).x >= 0 for every other class k, with x = (features, 1). Over the box |w| <= 1: the
classes are separated if the sum of all these gains can be made positive, completely if the least of them can; a set of
columns separates if it does so on its own, with the intercept.

    /usr/bin/python3 separation.py
"""

import json
import pathlib

import numpy as np
import scipy
from scipy.optimize import linprog

generator = np.random.default_rng(20)


def contrasts(x, y, outputs, columns):
    x = (x - x.mean(0)) / np.where(x.std(0) > 0, x.std(0), 1)
    x = np.c_[x[:, columns], np.ones(len(y))]
    rows = []
    for row, own in zip(x, y):
        if outputs == 1:
            rows.append(row if own == 1 else -row)
            continue
        for other in range(outputs):
            if other != own:
                gain = np.zeros((outputs, x.shape[1]))
                gain[own], gain[other] = row, -row
                rows.append(gain.ravel())
    rows = np.array(rows)
    return rows / np.linalg.norm(rows, axis=1)[:, None]


def kind(x, y, outputs, columns):
    a = contrasts(x, y, outputs, columns)
    size = a.shape[1]
    zeros = np.zeros(len(a))
    box = [(-1, 1)] * size
    total = linprog(-a.sum(0), A_ub=-a, b_ub=zeros, bounds=box, method="highs")
    if -total.fun < 1e-7:
        return "none"
    least = linprog(
        np.r_[np.zeros(size), -1], A_ub=np.c_[-a, np.ones(len(a))], b_ub=zeros, bounds=box + [(None, 1)], method="highs"
    )
    return "complete" if -least.fun > 1e-7 else "quasi"


cases = []
for number in range(90):
    classes = int(generator.integers(2, 5))
    outputs = 1 if classes == 2 and number % 2 else classes
    columns = int(generator.integers(1, 5))
    rows = int(generator.integers(classes + 3, 26))
    x = [
        lambda: np.round(generator.normal(size=(rows, columns)), 2),
        lambda: generator.integers(0, 2, size=(rows, columns)),
        lambda: generator.integers(0, 4, size=(rows, columns)),
        lambda: np.round(1000 + 10 * generator.normal(size=(rows, columns)), 1),
    ][number % 4]().astype(float)
    centered = (x - x.mean(0)) / np.where(x.std(0) > 0, x.std(0), 1)
    noise = generator.choice([0, 1, 3])
    logits = centered @ generator.normal(size=(columns, classes)) * 2 + noise * generator.gumbel(size=(rows, classes))
    y = logits.argmax(1)
    y[:classes] = np.arange(classes)  # no class is empty
    every = list(range(columns))
    found = kind(x, y, outputs, every)
    cases.append(
        {
            "values": x.ravel().tolist(),
            "columns": columns,
            "labels": y.tolist(),
            "outputs": outputs,
            "kind": found,
            # Which sets of columns separate, by the bits of their number.
            "separating": [
                bits
                for bits in range(2**columns)
                if found != "none" and kind(x, y, outputs, [j for j in every if bits >> j & 1]) != "none"
            ],
        }
    )

output = {"madeBy": f"SciPy {scipy.__version__} (HiGHS), NumPy {np.__version__}", "cases": cases}
path = pathlib.Path(__file__).with_suffix(".json")
path.write_text(json.dumps(output, separators=(",", ":")) + "\n")
print({name: sum(case["kind"] == name for case in cases) for name in ("none", "quasi", "complete")})
