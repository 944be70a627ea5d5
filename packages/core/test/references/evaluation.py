"""Writes evaluation.json: figures of scikit-learn on seeded logits. Log-loss, confusion matrix,
precision, recall, F1 and the binary Brier score are scikit-learn's; the Brier score over several
classes and the ECE, which it lacks, are short NumPy formulas.

    python3 evaluation.py
"""

import json
import pathlib

import numpy as np
import scipy.special
import sklearn
from sklearn import metrics


def case(name, seed, rows, classes, strength, true_classes=None):
    rng = np.random.default_rng(seed)
    labels = rng.choice(true_classes or range(classes), size=rows)
    logits = rng.normal(size=(rows, classes)) * 2 + strength * np.eye(classes)[labels]
    logits = np.round(logits, 6)
    p = scipy.special.softmax(logits, axis=1)
    names = range(classes)
    predicted = p.argmax(axis=1)
    precision, recall, f1, support = metrics.precision_recall_fscore_support(
        labels, predicted, labels=names, zero_division=0
    )
    confidence = p.max(axis=1)
    right = predicted == labels
    bins = np.digitize(confidence, np.arange(1, 15) / 15, right=True)
    ece = sum(abs((confidence - right)[bins == b].sum()) for b in range(15)) / rows
    figures = {
        "accuracy": metrics.accuracy_score(labels, predicted),
        "logLoss": metrics.log_loss(labels, p, labels=names),
        "brier": ((p - np.eye(classes)[labels]) ** 2).sum(axis=1).mean(),
        "ece": ece,
        "confusion": metrics.confusion_matrix(labels, predicted, labels=names).ravel().tolist(),
        "precision": precision.tolist(),
        "recall": recall.tolist(),
        "f1": f1.tolist(),
        "support": support.tolist(),
    }
    if classes == 2:
        figures["brierBinary"] = metrics.brier_score_loss(labels, p[:, 1])
    return {
        "name": name,
        "classes": classes,
        "labels": labels.tolist(),
        "logits": logits.ravel().tolist(),
        "figures": figures,
    }


out = {
    "madeBy": f"scikit-learn {sklearn.__version__}, SciPy {scipy.__version__}, NumPy {np.__version__}",
    "cases": [
        case("four classes", 1, 80, 4, 2.0),
        case("two classes", 2, 60, 2, 1.5),
        case("six classes, two of them never true", 3, 50, 6, 3.0, [0, 2, 3, 5]),
        case("a model that knows nothing", 4, 40, 3, 0.0),
    ],
}
pathlib.Path(__file__).with_suffix(".json").write_text(json.dumps(out) + "\n")
