"""Writes inference.json: coefficients, covariances and intervals of logistic and multinomial regression.

"spector", "nes" and their covariances are statsmodels' (Newton, to the last digits); "ridge" is NumPy's: the whole
K (d + 1) Hessian, with the sum of the intercepts held, inverted and only then turned into contrasts to class 0.

    /usr/bin/python3 inference.py
"""

import csv
import json
import pathlib

import numpy as np
import scipy
import statsmodels
import statsmodels.api as sm

here = pathlib.Path(__file__).parent
newton = dict(method="newton", maxiter=100, tol=1e-14, disp=0)


def figures(fit):
    low, high = np.asarray(fit.conf_int()).reshape(-1, 2).T
    return {
        "coefficients": np.asarray(fit.params).T.ravel().tolist(),
        "standardErrors": np.asarray(fit.bse).T.ravel().tolist(),
        "z": np.asarray(fit.tvalues).T.ravel().tolist(),
        "p": np.asarray(fit.pvalues).T.ravel().tolist(),
        "low": low.tolist(),
        "high": high.tolist(),
        "logLikelihood": float(fit.llf),
        "nullLogLikelihood": float(fit.llnull),
        "aic": float(fit.aic),
        "bic": float(fit.bic),
        "mcFadden": float(fit.prsquared),
        "likelihoodRatioP": float(fit.llr_pvalue),
    }


def spector():
    data = sm.datasets.spector.load()
    x, y = np.asarray(data.exog, float), np.asarray(data.endog, int)
    design = np.c_[np.ones(len(y)), x]
    fit = sm.Logit(y, design).fit(**newton)
    groups = np.arange(len(y)) // 4
    robust = sm.Logit(y, design).fit(cov_type="HC0", **newton)
    # G / (G - 1) alone, as Stata and R's sandwich have it; statsmodels' own correction has (n - 1) / (n - k) besides.
    cluster = sm.Logit(y, design).fit(
        cov_type="cluster", cov_kwds={"groups": groups, "use_correction": False}, **newton
    )
    count = len(set(groups))
    weights = 1 + np.arange(len(y)) % 3
    weighted = sm.GLM(y, design, family=sm.families.Binomial(), freq_weights=weights).fit(tol=1e-15, maxiter=200)
    covariance = np.asarray(fit.cov_params())
    eta = design @ fit.params
    half = scipy.stats.norm.ppf(0.975) * np.sqrt(np.einsum("ij,jk,ik->i", design, covariance, design))
    return {
        "columns": ["gpa", "tuce", "psi"],
        "values": x.ravel().tolist(),
        "labels": y.tolist(),
        "fit": figures(fit),
        "groups": groups.tolist(),
        "robust": np.asarray(robust.bse).tolist(),
        "cluster": (np.asarray(cluster.bse) * np.sqrt(count / (count - 1))).tolist(),
        "sampleWeights": weights.tolist(),
        "weighted": {"coefficients": weighted.params.tolist(), "standardErrors": weighted.bse.tolist()},
        "probabilities": scipy.special.expit(eta).tolist(),
        "low": scipy.special.expit(eta - half).tolist(),
        "high": scipy.special.expit(eta + half).tolist(),
    }


def nes():
    data = sm.datasets.anes96.load()
    x = np.asarray(data.exog, float)[:, [1, 2, 3, 4]]
    y = np.asarray(data.endog, int) // 2  # 0 to 3: the party, by strength in twos
    fit = sm.MNLogit(y, np.c_[np.ones(len(y)), x]).fit(**newton)
    rows = [0, 100, 500, 943]
    return {
        "columns": [np.asarray(data.exog.columns)[j] for j in (1, 2, 3, 4)],
        "values": x.ravel().tolist(),
        "labels": y.tolist(),
        "fit": figures(fit),
        "rows": rows,
        **intervals(np.c_[x, np.ones(len(y))][rows], fit),
    }


def intervals(design, fit):
    """Of the logit of each class probability, by central differences of the delta method's gradient."""
    order = [1, 2, 3, 4, 0]  # the intercept last
    theta = np.asarray(fit.params)[order].T.ravel()
    at = [k * 5 + j for k in range(3) for j in order]
    covariance = np.asarray(fit.cov_params())[np.ix_(at, at)]

    def logits(theta, x):
        z = np.r_[0, theta.reshape(3, 5) @ x]
        p = scipy.special.softmax(z)
        return scipy.special.logit(p)

    found = {"probabilities": [], "low": [], "high": []}
    for x in design:
        gradient = np.array(
            [
                (logits(theta + 1e-6 * e, x) - logits(theta - 1e-6 * e, x)) / 2e-6
                for e in np.eye(len(theta))
            ]
        )
        center = logits(theta, x)
        half = scipy.stats.norm.ppf(0.975) * np.sqrt(np.diag(gradient.T @ covariance @ gradient))
        found["probabilities"] += scipy.special.expit(center).tolist()
        found["low"] += scipy.special.expit(center - half).tolist()
        found["high"] += scipy.special.expit(center + half).tolist()
    return found


def ridge():
    with open(here / "../../../sigmax/data/iris.csv") as file:
        table = list(csv.reader(file))[1:]
    x = np.array([row[:-1] for row in table], float)
    names = ["setosa", "versicolor", "virginica"]
    y = np.eye(3)[[names.index(row[-1]) for row in table]]
    n, d = x.shape
    design = np.c_[x, np.ones(n)]
    penalty = np.tile(np.r_[np.ones(d), 0], 3)
    gauge = np.kron(np.ones((3, 3)), np.diag(np.r_[np.zeros(d), 1]))
    theta = np.zeros(3 * (d + 1))
    for _ in range(60):
        p = scipy.special.softmax(design @ theta.reshape(3, d + 1).T, axis=1)
        gradient = ((p - y).T @ design).ravel() + penalty * theta
        information = sum(
            np.kron(np.diag(p[i]) - np.outer(p[i], p[i]), np.outer(design[i], design[i])) for i in range(n)
        )
        theta -= np.linalg.solve(information + np.diag(penalty) + gauge, gradient)
    scores = np.einsum("ik,ij->ikj", p - y, design).reshape(n, -1)
    contrasts = np.kron(np.c_[-np.ones(2), np.eye(2)], np.eye(d + 1))
    inverse = np.linalg.inv(information + np.diag(penalty) + gauge)
    covariance = lambda middle: (contrasts @ inverse @ middle @ inverse @ contrasts.T).ravel().tolist()
    return {
        "contrasts": (contrasts @ theta).tolist(),
        "laplace": (contrasts @ inverse @ contrasts.T).ravel().tolist(),
        "sandwich": covariance(information),
        "robust": covariance(scores.T @ scores),
        "degreesOfFreedom": float(np.trace(inverse @ information)),
    }


output = {
    "madeBy": f"statsmodels {statsmodels.__version__}, SciPy {scipy.__version__}, NumPy {np.__version__}",
    "spector": spector(),
    "nes": nes(),
    "ridge": ridge(),
}
(here / "inference.json").write_text(json.dumps(output) + "\n")
