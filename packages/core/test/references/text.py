"""Writes text.json: what scikit-learn's vectorizers make of a few texts, under several settings.

    python3 text.py

The texts are in NFC, and hold none of what we read otherwise than scikit-learn: scripts without spaces, combining
marks, single tabs or line breaks in runs of characters.
"""

import json
import pathlib

import sklearn
from sklearn.feature_extraction.text import (
    CountVectorizer,
    FeatureHasher,
    HashingVectorizer,
    TfidfTransformer,
    TfidfVectorizer,
)

texts = [
    "The quick brown fox jumps over the lazy dog",
    "the lazy dog sleeps; the DOG snores. A dog!",
    "library for parsing C++ and snake_case names, version 2.10",
    "",
    "Über die Brücke ging ein ÄLTERER Mann: straße, œuvre, naïve café",
    "быстрая коричневая лиса прыгает через ленивую собаку",
    "x  y  zz   zz zz",
    "emoji 🦊 and a letter beyond the basic plane 𝒳𝒴 here",
    "- ... !? -",
    "server server server client daemon web web http2",
    "ΟΔΥΣΣΕΥΣ ὁ πολύτροπος",
]
new_texts = ["the unseen fox snores at the server", "nothing_known", "", "café CAFÉ lazy lazy"]

# name: our settings, and scikit-learn's
cases = {
    "usual": ({}, {}),
    "pairs, sublinear": (
        {"lengths": [1, 2], "sublinear": True},
        {"ngram_range": (1, 2), "sublinear_tf": True},
    ),
    "limits": (
        {"minTexts": 2, "maxShare": 0.25},
        {"min_df": 2, "max_df": 0.25},
    ),
    "plain counts": (
        {"idf": False, "normalized": False, "lengths": [2, 3]},
        {"use_idf": False, "norm": None, "ngram_range": (2, 3)},
    ),
    "single characters are words, case kept": (
        {"shortestWord": 1, "lowercase": False},
        {"token_pattern": r"(?u)\b\w+\b", "lowercase": False},
    ),
    "characters": (
        {"terms": "characters", "lengths": [1, 3]},
        {"analyzer": "char", "ngram_range": (1, 3)},
    ),
    "characters in words": (
        {"terms": "characters-in-words", "lengths": [2, 5]},
        {"analyzer": "char_wb", "ngram_range": (2, 5)},
    ),
    "long characters in words": (
        {"terms": "characters-in-words", "lengths": [5, 6], "sublinear": True},
        {"analyzer": "char_wb", "ngram_range": (5, 6), "sublinear_tf": True},
    ),
}


def rows_of(matrix):
    matrix = matrix.tocsr()
    matrix.sort_indices()
    return [
        [matrix.indices[a:b].tolist(), matrix.data[a:b].tolist()]
        for a, b in zip(matrix.indptr, matrix.indptr[1:])
    ]


out = {"sklearn": sklearn.__version__, "texts": texts, "newTexts": new_texts, "cases": [], "hashed": []}
for name, (ours, theirs) in cases.items():
    vectorizer = TfidfVectorizer(**theirs)
    fitted = vectorizer.fit_transform(texts)
    out["cases"].append(
        {
            "name": name,
            "options": ours,
            "terms": vectorizer.get_feature_names_out().tolist(),
            "rows": rows_of(fitted),
            "newRows": rows_of(vectorizer.transform(new_texts)),
        }
    )

for width, sublinear in [(2**18, False), (32, True)]:
    hasher = HashingVectorizer(n_features=width, alternate_sign=False, norm=None, ngram_range=(1, 2))
    transformer = TfidfTransformer(sublinear_tf=sublinear)
    fitted = transformer.fit_transform(hasher.transform(texts))
    distinct = CountVectorizer(ngram_range=(1, 2)).fit(texts).get_feature_names_out()
    one_each = FeatureHasher(n_features=width, input_type="string", alternate_sign=False)
    buckets = one_each.transform([[term] for term in distinct]).indices.tolist()
    out["hashed"].append(
        {
            "options": {"hashed": width, "lengths": [1, 2], "sublinear": sublinear},
            "distinct": len(distinct),
            "colliding": sum(buckets.count(bucket) > 1 for bucket in buckets),
            "rows": rows_of(fitted),
            "newRows": rows_of(transformer.transform(hasher.transform(new_texts))),
        }
    )

path = pathlib.Path(__file__).with_name("text.json")
path.write_text(json.dumps(out, ensure_ascii=False, separators=(",", ":")) + "\n")
