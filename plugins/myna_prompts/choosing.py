"""Which texts are closest to a question: by an embedding model where one is installed, else by their words."""

from __future__ import annotations

import logging
import math
import re
import unicodedata
from collections import Counter
from collections.abc import Sequence
from functools import lru_cache
from itertools import pairwise
from typing import Literal

import msgspec

from myna.engine.protocols import Embedder, Embeddings
from myna.errors import EngineError, Missing

from .vectors import KeptVectors

log = logging.getLogger(__name__)

WORD = re.compile(r"[a-z0-9']+|[\u3400-\u9fff]")
HAN = re.compile(r"[\u3400-\u9fff]")
_LATIN = re.compile(r"[A-Za-z]")

FUNCTION = frozenset("的了吗呢吧啊请問问您你我他她它們们是在有很就都也还還要把被和与與这這那个個一下么麼")
"""Characters of Chinese that carry grammar and politeness, not the matter: particles, pronouns, prepositions, and
those of "may I ask". Two questions that share only these are not close. Without them the right one of 24 examples
comes first for 28 of 32 questions instead of 25, and of 16 others for 15 of 16 instead of 14
(`tests/plugins/prompts/chinese_pairs.py`)."""


class Ranking(msgspec.Struct, frozen=True):
    order: tuple[int, ...]
    """Places of the texts, the closest first."""
    method: Literal["embedding", "words"]


class Chooser:
    """Ranks texts, and keeps the vectors of those that come again."""

    def __init__(self, kept: KeptVectors) -> None:
        self._kept = kept

    async def ranked(self, question: str, texts: Sequence[str], model: Embedder, key: str = "") -> Ranking:
        """`texts` by how close they are to `question`. `key` names the texts where they come again.

        Equally close texts stay in their order. Chinese is compared by its characters and their pairs: to the
        embedding model of the catalog most of them are one and the same unknown token, and it puts the right one of
        24 examples first for 15 of 32 questions, which characters do for 28.
        """
        if not is_chinese(question):
            try:
                vectors = await (self._kept.of(texts, model, key) if key else model.embed(texts))
                return Ranking(tuple(by_vectors(await model.embed([question]), vectors)), "embedding")
            except (Missing, EngineError) as error:
                log.info("examples are chosen by their words: %s", error.code)
        return Ranking(tuple(by_words(question, tuple(texts))), "words")


def is_chinese(text: str) -> bool:
    """Whether more of it is Chinese than Latin: a Latin word has about five letters."""
    return 5 * len(HAN.findall(text)) > len(_LATIN.findall(text))


def by_vectors(asked: Embeddings, vectors: Embeddings) -> list[int]:
    """Places by cosine; vectors have the length 1."""
    import numpy as np

    rows = np.frombuffer(vectors.vectors, dtype="<f4").reshape(-1, vectors.dimensions)
    closeness = rows @ np.frombuffer(asked.vectors, dtype="<f4")
    return [int(at) for at in np.argsort(-closeness, kind="stable")]


def by_words(question: str, texts: tuple[str, ...]) -> list[int]:
    """Places by the cosine of word counts, rare words weighing more (tf-idf)."""
    index = _index(texts)
    scores = index.scores(_telling(question))
    return sorted(range(len(texts)), key=lambda at: -scores[at])


class _Index:
    """Which texts have which words, with what weight."""

    def __init__(self, texts: Sequence[str]) -> None:
        counted = [Counter(_telling(text)) for text in texts]
        spread = Counter(word for counts in counted for word in counts)
        self._texts = len(texts)
        self._weight = {word: math.log((1 + len(texts)) / (1 + many)) + 1 for word, many in spread.items()}
        self._holders: dict[str, list[tuple[int, float]]] = {}
        for at, counts in enumerate(counted):
            weights = {word: (1 + math.log(many)) * self._weight[word] for word, many in counts.items()}
            length = math.sqrt(sum(weight * weight for weight in weights.values())) or 1.0
            for word, weight in weights.items():
                self._holders.setdefault(word, []).append((at, weight / length))

    def scores(self, asked: Sequence[str]) -> list[float]:
        scores = [0.0] * self._texts
        for word, many in Counter(asked).items():
            share = (1 + math.log(many)) * self._weight.get(word, 0.0)
            for at, weight in self._holders.get(word, ()):
                scores[at] += share * weight
        return scores


@lru_cache(32)
def _index(texts: tuple[str, ...]) -> _Index:
    return _Index(texts)


def words(text: str) -> list[str]:
    """Words in lower case, and of Chinese single characters; full-width letters and digits as usual ones."""
    return WORD.findall(unicodedata.normalize("NFKC", text).lower())


def pairs(found: Sequence[str]) -> list[str]:
    """Pairs of neighbours of which one at least is a Chinese character: most words have two."""
    return [one + two for one, two in pairwise(found) if HAN.match(one) or HAN.match(two)]


def _telling(text: str) -> list[str]:
    """What texts are chosen by: words, characters and pairs, without what is of function characters alone."""
    found = words(text)
    return [word for word in (*found, *pairs(found)) if not FUNCTION.issuperset(word)]
