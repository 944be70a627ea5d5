"""Writes tails.json: upper tails of chi-squared and two-sided quantiles of Student's t from 60-digit arithmetic, and
two-sided sign tests from SciPy.

    python3 tails.py
"""

import json
import pathlib

import mpmath
import scipy.stats
from mpmath import mpf

mpmath.mp.dps = 60


def chi_squared(x, degrees):
    return float(mpmath.gammainc(mpf(degrees) / 2, mpf(x) / 2, mpmath.inf, regularized=True))


def student(confidence, degrees):
    near = mpf(scipy.stats.t.ppf((1 + confidence) / 2, degrees))
    tail = (1 - mpf(confidence)) / 2
    nu = mpf(degrees)
    upper = lambda t: mpmath.betainc(nu / 2, mpf(0.5), 0, nu / (nu + t * t), regularized=True) / 2
    return float(mpmath.findroot(lambda t: upper(t) / tail - 1, (near, near * (1 + mpf(10) ** -9))))


degrees = [1, 1.5, 2, 3, 7, 30, 100, 1000.5, 1e5]
shares = [0.01, 0.3, 0.9, 1, 1.1, 1.5, 3, 10]
out = {
    "madeBy": f"mpmath {mpmath.__version__}, SciPy {scipy.__version__}",
    "chiSquared": [
        [k * s, k, tail] for k in degrees for s in shares if (tail := chi_squared(k * s, k)) > 1e-300
    ],
    "student": [[c, nu, student(c, nu)] for c in (0.5, 0.9, 0.95, 0.999) for nu in (1, 2, 4, 9, 99, 1e4)],
    "signTest": [
        [a, b, scipy.stats.binomtest(a, a + b, 0.5).pvalue]
        for a, b in [(1, 0), (3, 3), (2, 9), (15, 4), (0, 30), (40, 61), (500, 430)]
    ],
}
pathlib.Path(__file__).with_suffix(".json").write_text(json.dumps(out, indent=1) + "\n")
