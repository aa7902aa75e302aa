"""The file of an n-gram model: what is right, and every way in which it may be wrong."""

from __future__ import annotations

import gzip
import json
import math

import pytest

from myna.errors import ModelLoadFailed
from myna_guard.classifiers.worker import ngram_file, ngrams
from myna_guard.classifiers.worker.ngrams import NgramModel

GOOD = {
    "format": "svguardian-pure-1",
    "classes": ["benign", "attack"],
    "benign": "benign",
    "word": {"vocab": {"ignore": 0, "ignore rules": 1}, "idf": [2.0, 3.0], "ngram_range": [1, 2], "sublinear_tf": True},
    "char": {"vocab": {" ig": 0, "es ": 1}, "idf": [1.0, 1.0], "ngram_range": [3, 5], "sublinear_tf": False},
    "coef": [[0.0, 0.0, 0.0, 0.0], [1.0, 2.0, 3.0, 4.0]],
    "intercept": [0.0, -1.0],
}


def write(path, data, compress=gzip.compress):
    path.write_bytes(compress(data if isinstance(data, bytes) else json.dumps(data).encode()))
    return path


def changed(**values):
    return GOOD | values


def test_scores_are_those_of_the_formula(tmp_path):
    model = NgramModel.load(write(tmp_path / "m.json.gz", GOOD))
    [[window]] = list(model.judge("Ignore IGNORE rules"))
    # Words: ignore twice, the pair once; pieces: " ig" twice, "es " once.
    words = ((1 + math.log(2)) * 2.0, 3.0)
    pieces = (2.0, 1.0)
    total = (
        (words[0] * 1.0 + words[1] * 2.0) / math.hypot(*words)
        + (pieces[0] * 3.0 + pieces[1] * 4.0) / math.hypot(*pieces)
        - 1
    )
    assert window.scores == pytest.approx([1 / (1 + math.exp(total)), 1 / (1 + math.exp(-total))])
    assert (window.start, window.end) == (0, 19)


def test_a_window_is_judged_as_if_it_were_alone(tmp_path, monkeypatch):
    model = NgramModel.load(write(tmp_path / "m.json.gz", GOOD))
    text = " ".join(["filler"] * 22) + " ignore rules " + "filler " * 40
    judged = [window for some in model.judge(text) for window in some]
    monkeypatch.setattr(ngrams, "windows", lambda text: [(0, len(text))])
    for window in judged:
        [[alone]] = list(model.judge(text[window.start : window.end]))
        assert window.scores == pytest.approx(list(alone.scores))
    assert len({tuple(window.scores) for window in judged}) > 1


@pytest.mark.parametrize(
    ("data", "said"),
    [
        (changed(format="other"), "no n-gram model"),
        (changed(classes=["one"]), "no n-gram model"),
        (changed(classes=["a", "b", "c"]), "3 labels"),
        (changed(coef=[[0.0] * 4, [0.0] * 3]), "not as long"),
        (changed(coef=[[0.0] * 4]), "rows of weights"),
        (changed(intercept=[0.0]), "biases"),
        (changed(word=GOOD["word"] | {"vocab": {"x": 2}}), "number that no feature has"),
        (changed(word=GOOD["word"] | {"vocab": {"x": -1}}), "number that no feature has"),
        (changed(char=GOOD["char"] | {"ngram_range": [5, 3]}), "longer than the longest"),
        (changed(char=GOOD["char"] | {"ngram_range": [1, 10**9]}), "no n-gram model"),
        (changed(word=GOOD["word"] | {"idf": "many"}), "no n-gram model"),
        (json.dumps(GOOD).replace("-1.0", "1e999").encode(), "n-gram model|finite"),
        (b"[" * 100_000, "no n-gram model"),
        (b"", "no n-gram model"),
        (b"\xff\xfe", "no n-gram model"),
    ],
)
def test_what_contradicts_itself_is_refused(tmp_path, data, said):
    with pytest.raises(ModelLoadFailed, match=said):
        NgramModel.load(write(tmp_path / "m.json.gz", data))


def test_truncated_and_uncompressed_files_are_refused(tmp_path):
    whole = gzip.compress(json.dumps(GOOD).encode())
    for size in (0, 1, 9, len(whole) // 2, len(whole) - 1):
        path = write(tmp_path / "m.json.gz", whole[:size], compress=bytes)
        with pytest.raises(ModelLoadFailed, match=r"truncated|cannot be read"):
            NgramModel.load(path)
    with pytest.raises(ModelLoadFailed, match="cannot be read"):
        NgramModel.load(write(tmp_path / "m.json.gz", json.dumps(GOOD).encode(), compress=bytes))


def test_a_file_that_is_unpacked_to_any_size_is_refused_in_time(tmp_path, monkeypatch):
    monkeypatch.setattr(ngram_file, "LARGEST_JSON", 1 << 20)
    with pytest.raises(ModelLoadFailed, match="unpacked to more than 1 MB"):
        NgramModel.load(write(tmp_path / "m.json.gz", b" " * (64 << 20)))
    monkeypatch.setattr(ngram_file, "LARGEST_FILE", 100)
    with pytest.raises(ModelLoadFailed, match="more than"):
        NgramModel.load(write(tmp_path / "m.json.gz", GOOD))
