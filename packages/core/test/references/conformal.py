"""Writes conformal.json: logits of softmax regression on the digits (X/16, C = 1, Newton to a gradient below 2e-11), learned
from rows with number mod 5 >= 2, for the calibrate rows (1) and the test rows (0), and what NumPy makes of them: thresholds,
coverage and sizes of split conformal sets, by LAC and by APS without chance. Then quantiles of beta-binomial laws, by
exact fractions.

    /usr/bin/python3 conformal.py
"""

import gzip
import json
import math
import pathlib
from fractions import Fraction

import numpy as np

data = pathlib.Path(__file__).parent / "../../../sigmax/data"


def digits():
    y = np.frombuffer(gzip.open(data / "digits-labels-idx1-ubyte.gz").read(), np.uint8, offset=8).astype(int)
    x = np.frombuffer(gzip.open(data / "digits-images-idx3-ubyte.gz").read(), np.uint8, offset=16)
    return x.reshape(len(y), 64) / 16, y


def softmax(z):
    e = np.exp(z - z.max(1, keepdims=True))
    return e / e.sum(1, keepdims=True)


def newton(x, y, classes):
    """Minimizes sum of cross-entropy + |W|^2 / 2, intercepts free and summing to zero."""
    n, d = x.shape
    xt = np.c_[x, np.ones(n)]
    lam = np.tile(np.r_[np.ones(d), 0], classes)
    gauge = np.kron(np.ones((classes, classes)), np.diag(np.r_[np.zeros(d), 1]))
    theta = np.zeros(classes * (d + 1))
    for _ in range(50):
        p = softmax(xt @ theta.reshape(classes, d + 1).T)
        gradient = ((p - np.eye(classes)[y]).T @ xt).ravel() + lam * theta
        if np.abs(gradient).max() < 2e-11:
            break
        hessian = np.diag(lam) + gauge
        for k in range(classes):
            for l in range(classes):
                block = (xt * (p[:, k] * ((k == l) - p[:, l]))[:, None]).T @ xt
                hessian[k * (d + 1) : (k + 1) * (d + 1), l * (d + 1) : (l + 1) * (d + 1)] += block
        theta -= np.linalg.solve(hessian, gradient)
    print("gradient", np.abs(gradient).max())
    return theta.reshape(classes, d + 1)


def scores(p, method):
    if method == "lac":
        return 1 - p
    return np.array([[row[row >= value].sum() for value in row] for row in p])


def conformal(calibrate, y, test, y_test, method, alpha):
    n = len(y)
    k = math.ceil((n + 1) * (1 - Fraction(alpha)))
    threshold = np.sort(scores(calibrate, method)[np.arange(n), y])[k - 1]
    members = scores(test, method) <= threshold
    found = {
        "method": method,
        "coverage": float(1 - Fraction(alpha)),
        "rank": k,
        "threshold": threshold,
        "observed": members[np.arange(len(y_test)), y_test].mean(),
        "meanSize": members.sum(1).mean(),
        "empty": int((members.sum(1) == 0).sum()),
    }
    print(found)
    return found


def beta_binomial_interval(trials, a, b, confidence):
    """Whole shapes: P(x) = C(x + a - 1, x) C(trials - x + b - 1, trials - x) / C(trials + a + b - 1, trials)."""
    levels = [(1 - Fraction(confidence)) / 2, (1 + Fraction(confidence)) / 2]
    total = math.comb(trials + a + b - 1, trials)
    ends, sum_ = [], 0
    for x in range(trials + 1):
        sum_ += math.comb(x + a - 1, x) * math.comb(trials - x + b - 1, trials - x)
        while len(ends) < 2 and sum_ >= levels[len(ends)] * total:
            ends.append(x)
    return ends


x, y = digits()
rest = np.arange(len(y)) % 5
theta = newton(x[rest >= 2], y[rest >= 2], 10)
logits = np.c_[x, np.ones(len(y))] @ theta.T
calibrate, test = logits[rest == 1], logits[rest == 0]
args = softmax(calibrate), y[rest == 1], softmax(test), y[rest == 0]
bands = [(360, 325, 36, "0.95"), (360, 343, 18, "0.95"), (10, 1, 1, "0.9"), (50, 19, 1, "0.95"), (500, 90, 11, "0.99")]
bands += [(1, 9, 1, "0.5"), (37, 1, 12, "0.8"), (1000, 450, 51, "0.999")]
out = {
    "madeBy": f"NumPy {np.__version__}",
    "columns": 10,
    "calibrate": {"labels": y[rest == 1].tolist(), "logits": calibrate.round(13).ravel().tolist()},
    "test": {"labels": y[rest == 0].tolist(), "logits": test.round(13).ravel().tolist()},
    "sets": [conformal(*args, method, alpha) for method in ["lac", "aps"] for alpha in ["0.1", "0.05"]],
    "betaBinomial": [[n, a, b, float(c), *beta_binomial_interval(n, a, b, c)] for n, a, b, c in bands],
}
pathlib.Path(__file__).with_suffix(".json").write_text(json.dumps(out, separators=(",", ":")) + "\n")
