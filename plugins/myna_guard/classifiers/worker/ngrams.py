"""A linear model on n-grams: the format of securevector-guardian-model, `svguardian-pure-1`.

A JSON file, compressed by gzip. Words and pairs of words are one block of features, pieces of 3 to 5 characters of
words with a space at either side the other. In each, a count becomes 1 + ln(count), times its rarity; then the block
is brought to length 1. Each label has a weight for each feature, and a softmax makes probabilities of the sums.
"""

from __future__ import annotations

import re
from array import array
from collections.abc import Iterator, Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from .model import WindowScores
from .ngram_file import NgramFile, read_file
from .windows import windows

_TOKEN = re.compile(r"\b\w\w+\b")
_WORD = re.compile(r"\S+")
TOGETHER = 64
"""Windows whose n-grams are looked up together: about 5,000 characters, some milliseconds."""

Ids = NDArray[np.int32]
Floats = NDArray[np.float64]


class Occurrences:
    """The known n-grams of a piece of text and where they are, in order of their starts."""

    def __init__(self) -> None:
        self._features = array("i")
        self._starts = array("i")
        self._ends = array("i")

    def add(self, feature: int, start: int, end: int) -> None:
        self._features.append(feature)
        self._starts.append(start)
        self._ends.append(end)

    def arrays(self) -> tuple[Ids, Ids, Ids]:
        """Feature, start and end of each."""
        return np.array(self._features, np.int32), np.array(self._starts, np.int32), np.array(self._ends, np.int32)


class NgramModel:
    """A `TextModel`."""

    def __init__(self, file: NgramFile) -> None:
        """`file` was checked by `read_file`."""
        self.labels = file.classes
        self.description = "n-gram logistic regression"
        self._word, self._char = file.word, file.char
        self._rarity = (np.array(file.word.idf), np.array(file.char.idf))
        weights = np.array(file.coef).T
        self._weights = (weights[: len(file.word.idf)], weights[len(file.word.idf) :])
        self._bias = np.array(file.intercept)

    @classmethod
    def load(cls, path: Path) -> NgramModel:
        """Raises `ModelLoadFailed` for a file that is none."""
        return cls(read_file(path))

    def judge(self, text: str) -> Iterator[list[WindowScores]]:
        some: list[tuple[int, int]] = []
        for window in windows(text):
            some.append(window)
            if len(some) == TOGETHER:
                yield self._judge(text, some)
                some = []
        if some:
            yield self._judge(text, some)

    def _judge(self, text: str, some: Sequence[tuple[int, int]]) -> list[WindowScores]:
        first, last = some[0][0], max(end for _, end in some)
        piece = text[first:last]
        blocks = (
            (*self._words(piece).arrays(), self._word.sublinear_tf, self._rarity[0], self._weights[0]),
            (*self._pieces(piece).arrays(), self._char.sublinear_tf, self._rarity[1], self._weights[1]),
        )
        found = []
        for start, end in some:
            sums = self._bias.copy()
            for features, starts, ends, sublinear, rarity, weights in blocks:
                low, high = np.searchsorted(starts, (start - first, end - first))
                inside = features[low:high][ends[low:high] <= end - first]
                sums += _sums(inside, sublinear, rarity, weights)
            found.append(WindowScores(start, end, _softmax(sums).tolist()))
        return found

    def _words(self, text: str) -> Occurrences:
        """Words of two or more letters and digits, and runs of them."""
        found, vocabulary = Occurrences(), self._word.vocab
        tokens = [(match.group().lower(), match.start(), match.end()) for match in _TOKEN.finditer(text)]
        least, most = self._word.ngram_range
        for at, (_, start, _) in enumerate(tokens):
            for count in range(least, min(most, len(tokens) - at) + 1):
                run = tokens[at : at + count]
                feature = vocabulary.get(" ".join(token for token, _, _ in run))
                if feature is not None:
                    found.add(feature, start, run[-1][2])
        return found

    def _pieces(self, text: str) -> Occurrences:
        """Pieces of words, the spaces around them with them; a word that is shorter than all is a piece itself."""
        found, vocabulary = Occurrences(), self._char.vocab
        least, most = self._char.ngram_range
        for match in _WORD.finditer(text):
            word, begin, finish = f" {match.group().lower()} ", match.start(), match.end()
            for offset in range(max(1, len(word) - least + 1)):
                for count in range(least, min(most, max(least, len(word) - offset)) + 1):
                    feature = vocabulary.get(word[offset : offset + count])
                    if feature is not None:
                        # The spaces are not of the text: a window that holds the word holds them.
                        start = min(max(begin, begin + offset - 1), finish - 1)
                        found.add(feature, start, min(finish, begin + offset + count - 1))
        return found


def _sums(features: Ids, sublinear: bool, rarity: Floats, weights: Floats) -> Floats:
    """What one block adds to the sum of each label."""
    known, counts = np.unique(features, return_counts=True)
    values = (1.0 + np.log(counts) if sublinear else counts.astype(np.float64)) * rarity[known]
    length = float(np.sqrt(values @ values))
    return values @ weights[known] / (length or 1.0)


def _softmax(sums: Floats) -> Floats:
    powers = np.exp(sums - sums.max())
    return np.asarray(powers / powers.sum())
