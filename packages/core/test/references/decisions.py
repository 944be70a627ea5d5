"""Writes decisions.json: logits of test rows from penalized regression (C = 1) on the shipped data, and what NumPy makes
of them: decision curve, risk and coverage, thresholds. Also Newcombe's interval for paired proportions, and a pool of
model and reader by SciPy.

"mod-5" has the rows whose number is a multiple of five as test rows, all others to train; "cal" trains on remainders 2, 3, 4.
Breast cancer is standardized with the training rows' mean and standard deviation (divided by n), digits are divided by 16.

    /usr/bin/python3 decisions.py
"""

import csv
import gzip
import json
import pathlib

import numpy as np
import scipy
import sklearn
from scipy import optimize, special, stats
from sklearn.linear_model import LogisticRegression

here = pathlib.Path(__file__).parent
data = here / "../../../sigmax/data"


def exact(x, y):
    """Logits as a function of rows: scikit-learn's fit, then Newton steps to the optimum itself (it stops short of that)."""
    fit = LogisticRegression(C=1, tol=1e-8, max_iter=10_000).fit(x, y)
    x1 = np.column_stack([x, np.ones(len(x))])
    ridge = np.diag(np.append(np.ones(x.shape[1]), 0))
    w = np.column_stack([fit.coef_, fit.intercept_])  # one row per logit
    if len(w) == 1:
        w = np.vstack([-w / 2, w / 2])  # as two classes whose logits are opposite: twice the penalty
        ridge *= 2
    classes = range(len(w))
    for _ in range(8):
        p = special.softmax(x1 @ w.T, axis=1)
        gradient = (p - np.eye(len(w))[y]).T @ x1 + w @ ridge
        second = [[(x1 * (p[:, a] * ((a == b) - p[:, b]))[:, None]).T @ x1 + (a == b) * ridge for b in classes] for a in classes]
        w = w - np.linalg.lstsq(np.block(second), gradient.ravel(), rcond=1e-13)[0].reshape(w.shape)
    assert abs(gradient).max() < 1e-9
    return lambda rows: rows @ w[:, :-1].T + w[:, -1]


def breast_cancer():
    with open(data / "breast-cancer.csv") as file:
        rows = list(csv.reader(file))[1:]
    x = np.array([row[:-1] for row in rows], float)
    y = np.array([row[-1] == "malignant" for row in rows], int)
    train = np.arange(len(y)) % 5 != 0
    x = (x - x[train].mean(0)) / x[train].std(0)
    z = np.round(exact(x[train], y[train])(x[~train]) @ [-1, 1], 12)
    y = y[~train]
    p = special.expit(z)
    points = []
    for t in (0.05, 0.2, 0.5):
        tp, fp = ((p >= t) & (y == 1)).mean(), ((p >= t) & (y == 0)).mean()
        odds = t / (1 - t)
        every = y.mean() - (1 - y.mean()) * odds
        net = tp - fp * odds
        points.append({"threshold": t, "netBenefit": net, "treatAll": every, "standardized": net / y.mean(), "netReduction": (net - every) / odds})
    candidates = np.concatenate([np.unique(p), [1.1]])
    costs = [(50 * ((p < t) & (y == 1)) + ((p >= t) & (y == 0))).mean() for t in candidates]
    f1 = [2 * ((p >= t) & (y == 1)).sum() / ((p >= t).sum() + (y == 1).sum()) for t in candidates]
    return {"logOdds": z.tolist(), "labels": y.tolist(), "points": points, "leastCost": min(costs), "bestF1": max(f1)}


def digits(of_train):
    y = np.frombuffer(gzip.open(data / "digits-labels-idx1-ubyte.gz").read(), np.uint8, offset=8).astype(int)
    x = np.frombuffer(gzip.open(data / "digits-images-idx3-ubyte.gz").read(), np.uint8, offset=16).reshape(len(y), 64) / 16
    remainder = np.arange(len(y)) % 5
    model = exact(x[of_train(remainder)], y[of_train(remainder)])
    z = np.round(model(x[remainder == 0]), 9)
    y = y[remainder == 0]
    p = special.softmax(z, axis=1)
    wrong = (p.argmax(1) != y)[np.argsort(-p.max(1), kind="stable")]
    n = len(y)
    risks = wrong.cumsum() / np.arange(1, n + 1)
    r = wrong.mean()
    return {
        "logits": z.ravel().tolist(),
        "labels": y.tolist(),
        "aurc": risks.mean(),
        "excessAurc": risks.mean() - (r + (1 - r) * np.log(1 - r)),
        "error": r,
        "coverageBeforeFirstError": int(wrong.argmax()) / n,
    }


def newcombe(a, b, c, d):
    """Newcombe (1998), method 10, written from the paper's formulas."""
    n, z = a + b + c + d, stats.norm.ppf(0.975)

    def wilson(k):
        center, half = 2 * k + z * z, z * np.sqrt(z * z + 4 * k * (1 - k / n))
        return (center - half) / (2 * (n + z * z)), (center + half) / (2 * (n + z * z))

    p1, p2 = (a + b) / n, (a + c) / n
    (l1, u1), (l2, u2) = wilson(a + b), wilson(a + c)
    product = (a + b) * (c + d) * (a + c) * (b + d)
    excess = a * d - b * c
    phi = 0 if product == 0 else (max(excess - n / 2, 0) if excess > 0 else excess) / np.sqrt(product)
    delta = np.sqrt((p1 - l1) ** 2 - 2 * phi * (p1 - l1) * (u2 - p2) + (u2 - p2) ** 2)
    epsilon = np.sqrt((u1 - p1) ** 2 - 2 * phi * (u1 - p1) * (p2 - l2) + (p2 - l2) ** 2)
    return {"counts": [a, b, c, d], "interval": [p1 - p2 - delta, p1 - p2 + epsilon]}


def pool():
    """Log-odds of model and reader; the ridge estimate by SciPy, pulled to (0, 1, 0)."""
    rng = np.random.default_rng(5)
    y = rng.integers(0, 2, 60)
    model = np.round(2 * y - 1 + 1.5 * rng.normal(size=60), 3)
    said = np.round(special.expit(1.5 * (2 * y - 1) + 2 * rng.normal(size=60)), 2)
    reader = special.logit(np.clip(said, 0.001, 0.999))
    x = np.column_stack([np.ones(60), model, reader])
    s = 1 - 2 * y

    def value(w):
        return np.logaddexp(0, s * (x @ w)).sum() + 0.5 * ((w - [0, 1, 0]) ** 2).sum()

    def slope(w):
        return x.T @ (special.expit(x @ w) - y) + w - [0, 1, 0]

    def curvature(w):
        p = special.expit(x @ w)
        return (x * (p * (1 - p))[:, None]).T @ x + np.eye(3)

    found = optimize.minimize(value, [0, 1, 0], jac=slope, hess=curvature, method="trust-exact", options={"gtol": 1e-12})
    errors = np.sqrt(np.diag(np.linalg.inv(curvature(found.x))))
    return {"labels": y.tolist(), "model": model.tolist(), "stated": said.tolist(), "weights": found.x.tolist(), "errors": errors.tolist()}


result = {
    "madeBy": f"scikit-learn {sklearn.__version__}, SciPy {scipy.__version__}, NumPy {np.__version__}",
    "breastCancer": breast_cancer(),
    "digitsCal": digits(lambda r: r >= 2),
    "digitsMod5": digits(lambda r: r != 0),
    "paired": [newcombe(36, 12, 2, 0), newcombe(7, 2, 5, 100), newcombe(0, 0, 0, 40), newcombe(53, 0, 0, 1), newcombe(0, 30, 3, 0)],
    "pool": pool(),
}
(here / "decisions.json").write_text(json.dumps(result) + "\n")
