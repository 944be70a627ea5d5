"""Writes calibration.json: temperature, Platt, beta and isotonic calibration on the shipped data, and calibration metrics.

Rows go by their number modulo five: remainder 1 calibrates, 0 tests, the rest trains. The digits are divided by 16; their
softmax regressions are optima of sum of cross-entropy + |W|^2 / (2 C). Gaussian naive Bayes is scikit-learn's, its log-odds
taken before any clipping.

    /usr/bin/python3 calibration.py
"""

import csv
import gzip
import json
import pathlib

import numpy as np
import scipy
import scipy.optimize as so
import sklearn
import statsmodels
import statsmodels.api as sm
from scipy.special import expit, log_expit, log_softmax, softmax
from sklearn.isotonic import IsotonicRegression
from sklearn.linear_model import LogisticRegression
from sklearn.naive_bayes import GaussianNB

here = pathlib.Path(__file__).parent
data = here / "../../../sigmax/data"


def digits():
    y = np.frombuffer(gzip.open(data / "digits-labels-idx1-ubyte.gz").read(), np.uint8, offset=8).astype(int)
    x = np.frombuffer(gzip.open(data / "digits-images-idx3-ubyte.gz").read(), np.uint8, offset=16)
    return x.reshape(len(y), 64) / 16, y


def breast_cancer():
    with open(data / "breast-cancer.csv") as file:
        rows = list(csv.reader(file))[1:]
    y = np.array([["malignant", "benign"].index(row[-1]) for row in rows])
    return np.array([row[:-1] for row in rows], float), y


def split(x, y):
    rest = np.arange(len(y)) % 5
    return [(x[m], y[m]) for m in (rest > 1, rest == 1, rest == 0)]


def nll(z, y):
    return -log_softmax(z, axis=1)[np.arange(len(y)), y].mean()


def binary_nll(s, y):
    return -np.where(y == 1, log_expit(s), log_expit(-s)).mean()


def ece(z, y):
    p = softmax(z, axis=1)
    confidence, right = p.max(1), p.argmax(1) == y
    bins = np.digitize(confidence, np.arange(1, 15) / 15, right=True)
    return sum(abs((confidence - right)[bins == b].sum()) for b in range(15)) / len(y)


def temperature(z, y):
    return so.minimize_scalar(lambda b: nll(b * z, y), bounds=(1e-3, 50), method="bounded", options={"xatol": 1e-12}).x


def newton_temperature(z, y):
    beta = temperature(z, y)
    for _ in range(5):
        p = softmax(beta * z, axis=1)
        mean = (p * z).sum(1)
        slope = (mean - z[np.arange(len(y)), y]).sum()
        beta -= slope / ((p * (z - mean[:, None]) ** 2).sum())
    return beta


def softmax_regression(x, y, C):
    """Weights and intercepts at the optimum: scikit-learn's, whose L-BFGS stops early, then Newton's method."""
    model = LogisticRegression(C=C, max_iter=10000).fit(x, y)
    one = np.c_[x, np.ones(len(y))]
    d, K = one.shape[1], 10
    theta = np.c_[model.coef_, model.intercept_].ravel()
    penalty = np.tile(np.r_[np.ones(d - 1) / C, 0], K)
    gauge = np.kron(np.ones((K, K)), np.diag(np.r_[np.zeros(d - 1), 1]))
    for _ in range(12):
        p = softmax(one @ theta.reshape(K, d).T, axis=1)
        gradient = ((p - np.eye(K)[y]).T @ one).ravel() + penalty * theta
        hessian = np.diag(penalty) + gauge
        for k in range(K):
            for l in range(K):
                c = p[:, k] * ((k == l) - p[:, l])
                hessian[k * d : (k + 1) * d, l * d : (l + 1) * d] += (one * c[:, None]).T @ one
        theta = theta - np.linalg.solve(hessian, gradient)
    assert np.abs(gradient).max() < 1e-9
    return theta.reshape(K, d)


def digits_case(C):
    x, y = digits()
    train, cal, test = split(x, y)
    theta = softmax_regression(*train, C)
    z_cal, z_test = [np.round(part[0] @ theta[:, :-1].T + theta[:, -1], 6) for part in (cal, test)]
    beta = newton_temperature(z_cal, cal[1])
    return {
        "name": f"digits, C = {C:g}",
        "columns": 10,
        "calibrate": {"logits": z_cal.ravel().tolist(), "labels": cal[1].tolist()},
        "test": {"logits": z_test.ravel().tolist(), "labels": test[1].tolist()},
        "temperature": 1 / beta,
        "before": {"logLoss": nll(z_test, test[1]), "ece": ece(z_test, test[1])},
        "after": {"logLoss": nll(beta * z_test, test[1]), "ece": ece(beta * z_test, test[1])},
    }


def newton(features, targets, theta):
    """The minimum of the cross-entropy of sigma(features @ theta) with fractional targets."""
    for _ in range(100):
        p = expit(features @ theta)
        gradient = features.T @ (p - targets)
        step = np.linalg.solve((features * (p * (1 - p))[:, None]).T @ features, gradient)
        value = lambda t: -(targets * log_expit(features @ t) + (1 - targets) * log_expit(-features @ t)).sum()
        size = 1.0
        while value(theta - size * step) > value(theta) + 1e-12 and size > 1e-10:
            size /= 2
        theta = theta - size * step
        if np.abs(step).max() < 1e-13:
            break
    return theta


def beta_features(s):
    return np.c_[log_expit(s), -log_expit(-s), np.ones(len(s))]


def beta_calibration(s, y):
    """a, b >= 0 and c of least cross-entropy."""
    f = beta_features(s)
    bounds = [(0, None), (0, None), (None, None)]
    start = so.minimize(
        lambda t: binary_nll(f @ t, y) * len(y),
        np.array([0.1, 0.1, 0.0]),
        jac=lambda t: f.T @ (expit(f @ t) - y),
        bounds=bounds,
        method="L-BFGS-B",
        options={"ftol": 1e-16, "gtol": 1e-12, "maxiter": 10000},
    ).x
    assert (start > 0)[:2].all()  # so the bounds do not bind, and Newton's method may finish
    return newton(f, y, start)


def vector_scaling(z, y):
    """softmax(w * z + b), b summing to zero, by Newton's method with the pseudo-inverse."""
    n, K = z.shape
    theta = np.r_[np.ones(K), np.zeros(K)]
    for _ in range(50):
        p = softmax(theta[:K] * z + theta[K:], axis=1)
        r = p - np.eye(K)[y]
        gradient = np.r_[(r * z).sum(0), r.sum(0)]
        hessian = np.zeros((2 * K, 2 * K))
        for k in range(K):
            for l in range(K):
                c = p[:, k] * ((k == l) - p[:, l])
                for i, a in enumerate((z[:, k], np.ones(n))):
                    for j, b in enumerate((z[:, l], np.ones(n))):
                        hessian[i * K + k, j * K + l] = (c * a * b).sum()
        theta = theta - np.linalg.pinv(hessian, rcond=1e-12) @ gradient
    assert np.abs(gradient).max() < 1e-9
    return theta


def naive_bayes():
    x, y = breast_cancer()
    train, cal, test = split(x, y)
    model = GaussianNB().fit(*train)
    joint = model._joint_log_likelihood
    s_cal, s_test = [np.round(np.diff(joint(part[0]), axis=1).ravel(), 6) for part in (cal, test)]
    yc, yt = cal[1], test[1]
    two = lambda s: np.c_[np.zeros(len(s)), s]
    inverse = newton_temperature(two(s_cal), yc)
    positives, negatives = (yc == 1).sum(), (yc == 0).sum()
    targets = np.where(yc == 1, (positives + 1) / (positives + 2), 1 / (negatives + 2))
    platt = newton(np.c_[s_cal, np.ones(len(yc))], targets, np.zeros(2))
    beta = beta_calibration(s_cal, yc)
    limit = float(np.log((1 - 1e-12) / 1e-12))
    clipped = beta_calibration(np.clip(s_cal, -limit, limit), yc)
    out = {}
    for name, to in {"logOdds": lambda s: s, "probability": expit}.items():
        isotonic = IsotonicRegression(out_of_bounds="clip", y_min=0, y_max=1).fit(to(s_cal), yc)
        q = isotonic.predict(to(s_test))
        c = np.clip(q, 1e-15, 1 - 1e-15)
        out[name] = {
            "probabilities": q.tolist(),
            "clippedLogLoss": -np.where(yt == 1, np.log(c), np.log(1 - c)).mean(),
            "brier": 2 * ((q - yt) ** 2).mean(),
        }
    p = expit(s_test)
    c = np.clip(p, np.finfo(float).eps, 1 - np.finfo(float).eps)
    return {
        "calibrate": {"scores": s_cal.tolist(), "labels": yc.tolist()},
        "test": {"scores": s_test.tolist(), "labels": yt.tolist()},
        "raw": {"logLoss": binary_nll(s_test, yt), "clipped": -np.where(yt == 1, np.log(c), np.log(1 - c)).mean()},
        "temperature": {"temperature": 1 / inverse, "logLoss": binary_nll(inverse * s_test, yt)},
        "platt": {
            "parameters": platt.tolist(),
            "logLoss": binary_nll(platt[0] * s_test + platt[1], yt),
            "brier": 2 * ((expit(platt[0] * s_test + platt[1]) - yt) ** 2).mean(),
        },
        "beta": {"parameters": beta.tolist(), "logLoss": binary_nll(beta_features(s_test) @ beta, yt)},
        "betaClipped": {
            "limit": limit,
            "parameters": clipped.tolist(),
            "logLoss": binary_nll(beta_features(np.clip(s_test, -limit, limit)) @ clipped, yt),
        },
        "isotonic": out,
    }


def bins_of(p, count, equal):
    """Rows of each bin: (lo, hi] of equal width, or as near as may be to equal size (no ties here)."""
    if equal == "width":
        at = np.digitize(p, np.arange(1, count) / count, right=True)
        return [np.flatnonzero(at == b) for b in range(count)]
    order = np.argsort(p, kind="stable")
    edges = [b * len(p) // count for b in range(count + 1)]
    return [order[lo:hi] for lo, hi in zip(edges, edges[1:])]


def gaps(p, y, bins):
    return np.array([[len(b), p[b].mean() - y[b].mean()] for b in bins if len(b)])


def error(p, y, equal):
    g = gaps(p, y, bins_of(p, 15, equal))
    return (g[:, 0] * abs(g[:, 1])).sum() / len(p)


def debiased(p, y):
    total = 0
    for b in bins_of(p, 15, "mass"):
        share = y[b].mean()
        total += len(b) * ((p[b].mean() - share) ** 2 - share * (1 - share) / (len(b) - 1))
    return float(np.sqrt(max(total / len(p), 0)))


def murphy(p, y):
    base = y.mean()
    bins = [b for b in bins_of(p, 15, "width") if len(b)]
    part = lambda f: sum(len(b) * f(b) for b in bins) / len(p)
    return np.array(
        [part(lambda b: (p[b].mean() - y[b].mean()) ** 2), part(lambda b: (y[b].mean() - base) ** 2), base * (1 - base)]
    )


def corp(p, y):
    brier = lambda q: ((q - y) ** 2).mean()
    pooled = IsotonicRegression().fit(p, y).predict(p)
    base = y.mean()
    return np.array([brier(p) - brier(pooled), brier(np.full(len(y), base)) - brier(pooled), brier(np.full(len(y), base))])


def cox(s, y):
    line = sm.GLM(y, sm.add_constant(s), family=sm.families.Binomial()).fit(tol=1e-14, maxiter=200)
    shift = sm.GLM(y, np.ones(len(y)), offset=s, family=sm.families.Binomial()).fit(tol=1e-14, maxiter=200)
    return {
        "intercept": line.params[0],
        "slope": line.params[1],
        "interceptError": line.bse[0],
        "slopeError": line.bse[1],
        "inTheLarge": shift.params[0],
        "inTheLargeError": shift.bse[0],
    }


def metrics_case(name, seed, rows, columns, truth):
    rng = np.random.default_rng(seed)
    z = np.round(rng.normal(size=(rows, columns)) * 2, 6)
    law = softmax(z * truth, axis=1)
    y = np.array([rng.choice(columns, p=row) for row in law])
    p = softmax(z, axis=1)
    one = np.eye(columns)[y]
    top, right = p.max(1), (p.argmax(1) == y).astype(float)
    per_class = lambda f: [f(p[:, k], one[:, k]) for k in range(columns)]
    own = p[np.arange(rows), y]
    squares = (p**2).sum(1)
    z_score = 2 * (squares - own).sum() / np.sqrt(4 * ((p**3).sum(1) - squares**2).sum())
    return {
        "name": name,
        "columns": columns,
        "logits": z.ravel().tolist(),
        "labels": y.tolist(),
        "eceWidth": error(top, right, "width"),
        "eceMass": error(top, right, "mass"),
        "maximum": abs(gaps(top, right, bins_of(top, 15, "width"))[:, 1]).max(),
        "debiased": debiased(top, right),
        "classwise": float(np.mean(per_class(lambda p, y: error(p, y, "width")))),
        "murphy": sum(per_class(murphy)).tolist(),
        "corp": sum(per_class(corp)).tolist(),
        "brier": ((p - one) ** 2).sum(1).mean(),
        "spiegelhalter": z_score,
        "cox": [cox(np.log(p[:, k]) - np.log1p(-p[:, k]), one[:, k]) for k in range(columns)],
        "vector": vector_scaling(z, y).tolist(),
    }


if __name__ == "__main__":
    out = {
        "madeBy": f"scikit-learn {sklearn.__version__}, SciPy {scipy.__version__}, statsmodels {statsmodels.__version__}, NumPy {np.__version__}",
        "digits": [digits_case(1), digits_case(1e4)],
        "naiveBayes": naive_bayes(),
        "metrics": [
            metrics_case("two classes, overconfident", 1, 400, 2, 0.6),
            metrics_case("four classes, underconfident", 2, 500, 4, 1.5),
            metrics_case("three classes, calibrated", 3, 300, 3, 1.0),
        ],
    }
    pathlib.Path(__file__).with_suffix(".json").write_text(json.dumps(out) + "\n")
