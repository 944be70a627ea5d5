"""Writes labels.json: rounded logits of several labels with marks, and scikit-learn's figures of them.

Label 3 is carried by no row and label 4 is given to none; rows without labels are left out of the ranking figures.

    /usr/bin/python3 labels.py
"""

import json
import pathlib

import numpy as np
import scipy
import sklearn
from scipy.special import expit
from sklearn import metrics

here = pathlib.Path(__file__).parent
rng = np.random.default_rng(8)
rows, labels = 120, 6
shift = np.array([0.5, -1, 0, -3, -4, -1.5])
z = np.round(rng.normal(0, 1.5, (rows, labels)) + shift, 3)
y = (rng.random((rows, labels)) < expit(0.8 * z + rng.normal(0, 0.5, (rows, 1)))).astype(int)
y[:, 3] = 0
y[5, 4] = 1
z[:, 4] = np.minimum(z[:, 4], -0.1)
y[7] = 0
z[10, 1] = z[10, 0]  # a tie
p = expit(z)
thresholds = np.array([0.5, 0.3, 0.5, 0.5, 0.5, 0.25])
given = (p >= thresholds).astype(int)


def averages(kind):
    kept = [k for k in range(labels) if y[:, k].any() or given[:, k].any()] if kind != "micro" else list(range(labels))
    with_precision = [k for k in range(labels) if given[:, k].any()]
    with_recall = [k for k in range(labels) if y[:, k].any()]
    if kind == "micro":
        with_precision = with_recall = kept
    args = dict(average=kind, zero_division=0)
    return [
        metrics.precision_score(y[:, with_precision], given[:, with_precision], **args),
        metrics.recall_score(y[:, with_recall], given[:, with_recall], **args),
        metrics.f1_score(y[:, kept], given[:, kept], **args),
    ]


labeled = y.any(1)
per_label = []
for k in range(labels):
    some = bool(y[:, k].any())
    per_label.append({
        "precision": metrics.precision_score(y[:, k], given[:, k]) if given[:, k].any() else None,
        "recall": metrics.recall_score(y[:, k], given[:, k]) if some else None,
        "f1": metrics.f1_score(y[:, k], given[:, k]) if some or given[:, k].any() else None,
        "auc": metrics.roc_auc_score(y[:, k], z[:, k]) if some else None,
        "averagePrecision": metrics.average_precision_score(y[:, k], z[:, k]) if some else None,
        "logLoss": metrics.log_loss(y[:, k], p[:, k], labels=[0, 1]),
        "brier": metrics.brier_score_loss(y[:, k], p[:, k], pos_label=1),
    })
out = {
    "versions": {"numpy": np.__version__, "scipy": scipy.__version__, "scikit-learn": sklearn.__version__},
    "labels": labels,
    "thresholds": thresholds.tolist(),
    "logits": z.ravel().tolist(),
    "marks": y.ravel().tolist(),
    "accuracy": metrics.accuracy_score(y, given),
    "hammingLoss": metrics.hamming_loss(y, given),
    "micro": averages("micro"),
    "macro": averages("macro"),
    "weighted": averages("weighted"),
    "averagePrecision": metrics.label_ranking_average_precision_score(y[labeled], z[labeled]),
    "rankingLoss": metrics.label_ranking_loss(y[labeled], z[labeled]),
    "coverageError": metrics.coverage_error(y[labeled], z[labeled]),
    "perLabel": per_label,
}
(here / "labels.json").write_text(json.dumps(out) + "\n")
