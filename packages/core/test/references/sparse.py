"""Writes sparse.json: scikit-learn's TfidfVectorizer and LogisticRegression, multinomial and one against the rest, on made-up
texts of 4 topics whose words come as often as words do, in float32 features as ours, to the last digits of the optimum.

    python3 sparse.py
"""

import json
import pathlib

import numpy as np
import sklearn
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.linear_model import LogisticRegression

random = np.random.default_rng(8)
share = 1 / np.arange(1, 121)
words = np.array([f"w{i:03}" for i in range(120)])
topics = [share * random.gamma(0.5, size=120) for _ in range(4)]


def text(topic):
    p = topics[topic] / topics[topic].sum()
    return " ".join(random.choice(words, size=random.integers(3, 12), p=p))


train_topics = random.integers(4, size=200)
texts = [text(topic) for topic in train_topics]
new_texts = [text(topic) for topic in random.integers(4, size=10)] + ["", "unknown words only"]
# Labels: words that the text has, or not, with some noise; the last one is rare.
labels = np.array(
    [
        [int(("w000" in t) ^ (random.random() < 0.1)), int("w003" in t or "w004" in t), int(topic == 2), int("w030" in t)]
        for t, topic in zip(texts, train_topics)
    ]
)
vectorizer = TfidfVectorizer(dtype=np.float64)
x = vectorizer.fit_transform(texts).astype(np.float32).astype(np.float64)
new = vectorizer.transform(new_texts).astype(np.float32).astype(np.float64)
cases = []
for c in (1.0, 100.0):
    softmax = LogisticRegression(C=c, tol=1e-10, max_iter=10000, solver="newton-cg", multi_class="multinomial")
    softmax.fit(x, train_topics)
    each = [LogisticRegression(C=c, tol=1e-10, max_iter=10000, solver="newton-cg").fit(x, y) for y in labels.T]
    cases.append(
        {
            "l2": 1 / c,
            "topics": softmax.predict_proba(new).tolist(),
            "labels": np.stack([one.predict_proba(new)[:, 1] for one in each], 1).tolist(),
        }
    )
here = pathlib.Path(__file__).parent
with open(here / "sparse.json", "w") as file:
    json.dump(
        {
            "madeBy": f"scikit-learn {sklearn.__version__}, NumPy {np.__version__}",
            "texts": texts,
            "topics": train_topics.tolist(),
            "labels": labels.tolist(),
            "newTexts": new_texts,
            "cases": cases,
        },
        file,
    )
    file.write("\n")
