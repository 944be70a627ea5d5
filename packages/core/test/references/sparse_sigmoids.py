"""One-vs-rest logistic regression of scikit-learn on TfidfVectorizer's features of a few texts, unigrams and bigrams: writes sparse_sigmoids.json.

Texts are drawn from a small vocabulary, with labels that some of its words bring along. Penalty C = 1 and C = 10, the intercept free.

    /usr/bin/python3 sparse_sigmoids.py
"""

import json
import pathlib
import random

import numpy
import scipy
import sklearn
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.linear_model import LogisticRegression

random.seed(8)
topics = {
    "games": ["puzzle", "arcade", "board", "player", "score"],
    "web": ["server", "browser", "page", "proxy", "html"],
    "science": ["matrix", "solver", "plot", "genome", "orbit"],
}
common = ["library", "tool", "simple", "fast", "for", "the", "development", "files", "and", "with"]
labels = list(topics)
texts, marks = [], []
for _ in range(160):
    own = [label for label in labels if random.random() < 0.35]
    words = random.choices(common, k=random.randint(3, 8))
    for label in own:
        words += random.choices(topics[label], k=random.randint(1, 2))
    if random.random() < 0.1:
        words.append(random.choice(topics[random.choice(labels)]))
    random.shuffle(words)
    texts.append(" ".join(words))
    marks.append([int(label in own) for label in labels])

vectorizer = TfidfVectorizer(ngram_range=(1, 2))
features = vectorizer.fit_transform(texts)
y = numpy.array(marks)


def probabilities(c, k):
    """Of the rows, with the intercept."""
    model = LogisticRegression(C=c, solver="newton-cg", tol=1e-8, max_iter=1000).fit(features, y[:, k])
    return model.predict_proba(features)[:, 1], float(model.intercept_[0])


out = {
    "versions": {"scikit-learn": sklearn.__version__, "scipy": scipy.__version__, "numpy": numpy.__version__},
    "texts": texts,
    "labels": labels,
    "marks": marks,
    "terms": len(vectorizer.vocabulary_),
    "fits": [
        {
            "c": c,
            "probabilities": [fitted.tolist() for fitted, _ in fits],
            "intercepts": [intercept for _, intercept in fits],
        }
        for c in (1.0, 10.0)
        for fits in [[probabilities(c, k) for k in range(len(labels))]]
    ],
}
path = pathlib.Path(__file__).with_name("sparse_sigmoids.json")
path.write_text(json.dumps(out) + "\n")
