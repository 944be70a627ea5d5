"""The same on the same million rows: calibration_curve and IsotonicRegression of scikit-learn, LAC in NumPy, temperature by
SciPy's bounded search. One thread. Prints seconds as one JSON object."""
import json
import sys
import time

import numpy as np
from scipy.optimize import minimize_scalar
from scipy.special import logsumexp, softmax
from sklearn.calibration import calibration_curve
from sklearn.isotonic import IsotonicRegression

ROWS, COLUMNS = 1_000_000, 10
with open(sys.argv[1], "rb") as file:
    logits = np.fromfile(file, np.float64, ROWS * COLUMNS).reshape(ROWS, COLUMNS)
    labels = np.fromfile(file, np.uint8).astype(np.int64)
probabilities = softmax(logits, axis=1)
every = np.arange(ROWS)


def timed(work, repeats=3):
    seconds = []
    for _ in range(repeats):
        begun = time.perf_counter()
        result = work()
        seconds.append(time.perf_counter() - begun)
    return sorted(seconds)[repeats // 2], result


def ece():
    """The curve, and from the same bins the error: scikit-learn has the one without the other."""
    top = probabilities.argmax(1)
    confidence = probabilities[every, top]
    right = top == labels
    true, predicted = calibration_curve(right, confidence, n_bins=15)
    counts = np.bincount(np.searchsorted(np.linspace(0, 1, 16)[1:-1], confidence), minlength=15)
    return float(np.abs(true - predicted) @ counts[counts > 0] / ROWS)


def lac():
    own = probabilities[every, labels]
    rank = int(np.ceil((ROWS + 1) * 0.9))
    cutoff = np.partition(own, ROWS - rank)[ROWS - rank]
    return float((probabilities >= cutoff).sum() / ROWS)


def temperature():
    own = logits[every, labels]
    loss = lambda beta: (logsumexp(beta * logits, axis=1) - beta * own).mean()
    return float(minimize_scalar(loss, bounds=(0.01, 10), method="bounded", options={"xatol": 1e-8}).x)


event = (labels == 9).astype(float)
last = logits[:, 9].copy()
measured = {"ece": timed(ece), "isotonic": timed(lambda: IsotonicRegression().fit(last, event)), "lac": timed(lac)}
measured["temperature"] = timed(temperature, 1)
results = {"ece": measured["ece"][1], "size": measured["lac"][1], "beta": measured["temperature"][1]}
print(json.dumps({**{name: seconds for name, (seconds, _) in measured.items()}, "results": results}))
