"""Writes optimum.json: optima of penalized logistic and softmax regression on the shipped data, by Newton's method in
NumPy's float64 until the gradient is some 1e-11, and the unpenalized optimum where there is one.

f = sum of s * cross-entropy + sum_j lambda_j / 2 * sum_k W_kj^2, the intercepts free; softmax intercepts sum to zero.
"train" are the rows whose number is no multiple of five, standardized with their own mean and standard deviation
(divided by n) except for iris and the digits, which are divided by 16.

    /usr/bin/python3 optimum.py
"""

import csv
import gzip
import json
import pathlib

import numpy as np

here = pathlib.Path(__file__).parent
data = here / "../../../sigmax/data"


def table(name, classes):
    with open(data / name) as file:
        rows = list(csv.reader(file))[1:]
    return np.array([row[:-1] for row in rows], float), np.array([classes.index(row[-1]) for row in rows])


def digits():
    y = np.frombuffer(gzip.open(data / "digits-labels-idx1-ubyte.gz").read(), np.uint8, offset=8).astype(int)
    x = np.frombuffer(gzip.open(data / "digits-images-idx3-ubyte.gz").read(), np.uint8, offset=16)
    return x.reshape(len(y), 64) / 16, y


def split(x, y, standardize):
    train = np.arange(len(y)) % 5 != 0
    if standardize:
        x = (x - x[train].mean(0)) / x[train].std(0)
    return x[train], y[train], x[~train], y[~train]


def log_softmax(z):
    z = z - z.max(1, keepdims=True)
    return z - np.log(np.exp(z).sum(1, keepdims=True))


def losses(x, y, w, b):
    """Cross-entropy of each row; one row of weights is the logit of class 1."""
    z = x @ w.T + b
    if len(w) == 1:
        z = np.c_[np.zeros(len(z)), z]
    return -log_softmax(z)[np.arange(len(y)), y]


def newton(x, y, outputs, penalty, weights=None):
    n, d = x.shape
    s = np.ones(n) if weights is None else weights
    penalty = np.broadcast_to(penalty, d).astype(float)
    xt = np.c_[x, np.ones(n)]
    lam = np.tile(np.r_[penalty, 0], outputs)
    theta = np.zeros(outputs * (d + 1))
    gauge = np.kron(np.ones((outputs, outputs)), np.diag(np.r_[np.zeros(d), 1]))  # intercepts sum to zero

    def value(theta):
        w = theta.reshape(outputs, d + 1)
        return (s * losses(x, y, w[:, :d], w[:, d])).sum() + (lam * theta * theta).sum() / 2

    f = value(theta)
    for _ in range(100):
        w = theta.reshape(outputs, d + 1)
        z = xt @ w.T
        if outputs == 1:
            p = np.exp(log_softmax(np.c_[np.zeros(n), z]))[:, 1:]
            residual = p - y[:, None]
        else:
            p = np.exp(log_softmax(z))
            residual = p - np.eye(outputs)[y]
        gradient = ((s[:, None] * residual).T @ xt).ravel() + lam * theta
        if np.abs(gradient).max() < 2e-11:
            break
        hessian = np.zeros((outputs * (d + 1),) * 2)
        for k in range(outputs):
            for l in range(k + 1):
                c = s * (p[:, k] * ((k == l) - p[:, l]))
                block = (xt * c[:, None]).T @ xt
                hessian[k * (d + 1) : (k + 1) * (d + 1), l * (d + 1) : (l + 1) * (d + 1)] = block
                hessian[l * (d + 1) : (l + 1) * (d + 1), k * (d + 1) : (k + 1) * (d + 1)] = block
        hessian += np.diag(lam)
        if outputs > 1:
            hessian += gauge
            if (penalty == 0).any():
                free = np.diag(np.r_[penalty == 0, True].astype(float))
                hessian += np.kron(np.ones((outputs, outputs)), free)
        step = np.linalg.solve(hessian, -gradient)
        length = 1.0
        while value(theta + length * step) > f + 1e-13 * abs(f) and length > 1e-4:
            length /= 2
        theta = theta + length * step
        f = value(theta)
    w = theta.reshape(outputs, d + 1)
    w, b = w[:, :d].copy(), w[:, d].copy()
    if outputs > 1:
        w -= w.mean(0)
        b -= b.mean()
    return w, b, float(np.abs(gradient).max())


def case(name, problem, outputs, penalty, weights=None, test=None):
    x, y = problem
    w, b, gradient = newton(x, y, outputs, penalty, weights)
    s = np.ones(len(y)) if weights is None else weights
    loss = float((s * losses(x, y, w, b)).sum())
    found = {
        "name": name,
        "outputs": outputs,
        "lambda": np.broadcast_to(penalty, x.shape[1]).astype(float).tolist(),
        "loss": loss,
        "objective": loss + float((np.broadcast_to(penalty, x.shape[1]) * w * w).sum() / 2),
        "largestGradient": gradient,
        "weights": w.ravel()[:64].tolist(),
        "intercepts": b.tolist(),
    }
    if test is not None:
        found["testLogLoss"] = float(losses(*test, w, b).mean())
    print(name, found["objective"], loss / len(y), gradient, found.get("testLogLoss"))
    return found


iris = table("iris.csv", ["setosa", "versicolor", "virginica"])
cancer = split(*table("breast-cancer.csv", ["malignant", "benign"]), True)
figures = split(*digits(), False)
two = iris[0][50:], iris[1][50:] - 1
repeats = np.arange(len(two[1])) % 3 / 1.0
mixed = np.where(np.arange(30) % 7 == 0, 0.0, 0.5 + np.arange(30) / 10)

cases = [
    case("iris, C = 1", iris, 3, 1),
    case("iris, C = 10000", iris, 3, 1e-4),
    case("two irises, no penalty", two, 1, 0),
    case("two irises as softmax, no penalty", two, 2, 0),
    case("two irises, rows weighted", two, 1, 0.25, repeats),
]
for c in (0.01, 1, 2, 100, 1e4):
    cases.append(case(f"breast cancer, C = {c:g}", cancer[:2], 1, 1 / c, test=cancer[2:]))
cases.append(case("breast cancer as softmax, C = 1", cancer[:2], 2, 1, test=cancer[2:]))
cases.append(case("breast cancer, some columns free", cancer[:2], 1, mixed))
for c in (0.01, 1, 100, 1e4):
    cases.append(case(f"digits, C = {c:g}", figures[:2], 10, 1 / c, test=figures[2:]))

output = {"madeBy": f"NumPy {np.__version__}", "cases": cases}
(here / "optimum.json").write_text(json.dumps(output, indent=1) + "\n")
