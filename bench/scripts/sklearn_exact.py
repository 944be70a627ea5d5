"""scikit-learn's fits of the same by L-BFGS, data in memory: `fashion`, `small`, or `million <file>`, with --threads.

Prints one JSON object. On Fashion-MNIST every value of the objective is kept with its time: the function that scipy
minimizes is the same Σ cross-entropy + ½‖W‖² / C as ours. It stops when f falls by less than 2.2e-9 of itself a step.
"""
import json
import os
import sys
import time

threads = sys.argv[sys.argv.index("--threads") + 1] if "--threads" in sys.argv else "1"
os.environ["OPENBLAS_NUM_THREADS"] = os.environ["OMP_NUM_THREADS"] = threads

import warnings

import numpy as np
import sklearn.linear_model._logistic as logistic
from sklearn.datasets import load_breast_cancer, load_digits
from sklearn.linear_model import LogisticRegression

from softmax_regression import read_idx

warnings.simplefilter("ignore")


def timed(x, y, **options):
    begun = time.perf_counter()
    model = LogisticRegression(C=1, max_iter=1_000_000, **options).fit(x, y)
    return time.perf_counter() - begun, int(model.n_iter_[0])


def fashion():
    (rows, height, width), pixels = read_idx("train-images-idx3-ubyte")
    _, labels = read_idx("train-labels-idx1-ubyte")
    x = np.frombuffer(pixels, np.uint8).reshape(rows, height * width) / 255.0
    trace = []
    plain = logistic.optimize.minimize

    def minimize(function, start, **options):
        def watched(*arguments):
            value, gradient = function(*arguments)
            trace.append({"seconds": time.perf_counter() - begun, "objective": float(value)})
            return value, gradient

        return plain(watched, start, **options)

    logistic.optimize.minimize = minimize
    begun = time.perf_counter()
    seconds, iterations = timed(x, np.frombuffer(labels, np.uint8), tol=1e-12)
    best = min(point["objective"] for point in trace)
    return {"seconds": seconds, "iterations": iterations, "passes": len(trace), "objective": best, "trace": trace}


def small():
    result = {}
    digits, digit_labels = load_digits(return_X_y=True)
    cancer, cancer_labels = load_breast_cancer(return_X_y=True)
    cancer = (cancer - cancer.mean(0)) / cancer.std(0)
    for name, x, y, repeats in (("digits", digits / 16, digit_labels, 5), ("cancer", cancer, cancer_labels, 31)):
        for key, tol in (("default", 1e-4), ("tight", 1e-10)):
            times = [1000 * timed(x, y, tol=tol)[0] for _ in range(repeats)]
            result.setdefault(name, {})[key] = {"first": times[0], "milliseconds": sorted(times)[repeats // 2]}
    return result


def million(file):
    begun = time.perf_counter()
    with open(file, "rb") as opened:
        x = np.fromfile(opened, np.float64, 30_000_000).reshape(-1, 30)
        y = np.fromfile(opened, np.uint8)
    reading = time.perf_counter() - begun
    fits = [timed(x, y) for _ in range(3)]
    times = [seconds for seconds, _ in fits]
    return {"reading": reading, "first": times[0], "seconds": sorted(times)[1], "iterations": fits[0][1]}


jobs = {"fashion": fashion, "small": small, "million": lambda: million(sys.argv[2])}
print(json.dumps(jobs[sys.argv[1]]()))
