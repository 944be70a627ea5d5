"""Writes distributions.json: values of the normal and beta laws from 60-digit arithmetic, rounded once
to a double, and Wilson intervals from SciPy.

    python3 distributions.py
"""

import json
import pathlib

import mpmath
import scipy.stats
from mpmath import mpf

mpmath.mp.dps = 60


def normal_quantile(p):
    p = mpf(p)
    tail = min(p, 1 - p)
    if abs(p - mpf(0.5)) < mpf(10) ** -3:
        x = mpmath.sqrt(2) * mpmath.erfinv(2 * p - 1)
    else:
        start = -mpmath.sqrt(-2 * mpmath.log(tail))
        x = mpmath.findroot(lambda t: mpmath.log(mpmath.ncdf(t) / tail), start)
        x = x if p < 0.5 else -x
    return float(x)


def beta_distribution(x, a, b):
    """A sum of terms of one sign, and finite, where a shape is a whole number; else 2F1's series."""
    x = mpf(x)
    if b == int(b) and (b <= a or a != int(a)):
        term = total = mpf(1)
        for j in range(1, int(b)):
            term *= (a + j - 1) * (1 - x) / j
            total += term
        return x**a * total
    if a == int(a):
        return 1 - beta_distribution(1 - x, b, a)
    return mpmath.betainc(a, b, 0, x, regularized=True)


def beta_quantile(p, a, b):
    near = mpf(scipy.stats.beta.ppf(p, a, b))
    return float(mpmath.findroot(lambda x: beta_distribution(x, a, b) / p - 1, (near, near * (1 - mpf(10) ** -9))))


points = [-38.4, -37.3, -30.1, -20.7, -12.34, -8.3, -6.1, -5.01, -4.2, -3.3, -2.7, -2.1, -1.9599639845400545]
points += [-1.5, -1.2, -1.0625, -1.0000001, -1.0, -0.99, -0.7, -0.5, -0.3, -0.1, -1e-3, -1e-9, 0.0]
points += [1e-12, 0.01, 0.2, 0.6744897501960817, 0.95, 1.0, 1.01, 1.7, 2.5, 3.9, 5.5, 8.0]
levels = [1e-300, 1e-200, 1e-100, 1e-40, 1e-16, 1e-10, 1e-6, 1e-4, 0.001, 0.005, 0.0125, 0.025, 0.05, 0.1]
levels += [0.1599, 0.16, 0.1601, 0.2, 0.3, 0.4, 0.45, 0.49, 0.499999, 0.5 - 1e-12, 0.5 + 1e-12, 0.500001]
levels += [0.52, 0.6, 0.75, 0.8399, 0.84, 0.8401, 0.9, 0.95, 0.975, 0.99, 0.999, 0.999999, 1 - 2**-40]
shapes = [(1, 1), (2, 3), (0.5, 0.5), (0.3, 4.7), (10, 1), (1, 114), (110, 5), (111, 4), (9990, 11), (37.5, 1200.25)]
shapes += [(5000, 5000), (100000, 3)]
beta_distributions = []
beta_quantiles = []
for a, b in shapes:
    for p in [1e-6, 0.005, 0.025, 0.3, 0.5, 0.9, 0.975, 0.999]:
        x = beta_quantile(p, a, b)
        beta_quantiles.append([p, a, b, x])
        if 0 < x < 1:
            beta_distributions.append([x, a, b, float(beta_distribution(x, a, b))])

proportions = []
for successes, rows in [(110, 114), (0, 10), (10, 10), (1, 1), (0, 1), (3, 17), (8500, 10000), (1, 1000)]:
    for confidence in [0.9, 0.95, 0.99]:
        tail = (1 - confidence) / 2
        wilson = scipy.stats.binomtest(successes, rows).proportion_ci(confidence, "wilson")
        # SciPy's "exact" is found by a root search, good to some 12 digits only.
        low = beta_quantile(tail, successes, rows - successes + 1) if successes > 0 else 0.0
        high = beta_quantile(1 - tail, successes + 1, rows - successes) if successes < rows else 1.0
        case = {"successes": successes, "rows": rows, "confidence": confidence}
        proportions.append({**case, "wilson": list(wilson), "clopperPearson": [low, high]})

out = {
    "madeBy": f"mpmath {mpmath.__version__}, SciPy {scipy.__version__}",
    "normalDistribution": [[x, float(mpmath.ncdf(x))] for x in points],
    "normalQuantile": [[p, normal_quantile(p)] for p in levels],
    "betaDistribution": beta_distributions,
    "betaQuantile": beta_quantiles,
    "proportions": proportions,
}
pathlib.Path(__file__).with_suffix(".json").write_text(json.dumps(out, indent=1) + "\n")
