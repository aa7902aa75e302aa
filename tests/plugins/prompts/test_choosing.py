"""Which texts are closest: by vectors where a model is installed, else by words, English and Chinese."""

from __future__ import annotations

import array
from collections.abc import Sequence
from pathlib import Path

import pytest

from myna.engine.protocols import Embeddings
from myna.errors import EngineCrashed, ExtraMissing, ModelMissing, MynaError
from myna_prompts.choosing import Chooser, by_words, is_chinese
from myna_prompts.vectors import MOST, KeptVectors


class Counted:
    """An embedding by the letters a, b and c, which counts what it is asked."""

    def __init__(self, sign: float = 1.0, error: MynaError | None = None) -> None:
        self.asked: list[int] = []
        self._sign = sign
        self._error = error

    async def embed(self, texts: Sequence[str]) -> Embeddings:
        if self._error is not None:
            raise self._error
        self.asked.append(len(texts))
        rows = array.array("f")
        for text in texts:
            row = [self._sign * text.count(letter) for letter in "abc"]
            length = sum(value * value for value in row) ** 0.5 or 1.0
            rows.extend(value / length for value in row)
        return Embeddings(rows.tobytes(), 3, 1)


def damage(folder: Path) -> int:
    """Spoil every file in `folder`; how many there were."""
    files = list(folder.iterdir())
    for file in files:
        file.write_bytes(b"\x93")
    return len(files)


TEXTS = ("bbb", "aaa", "ccc", "aab")


async def test_by_vectors(chooser: Chooser) -> None:
    ranking = await chooser.ranked("a", TEXTS, Counted())
    assert (ranking.order, ranking.method) == ((1, 3, 0, 2), "embedding")


async def test_vectors_are_kept_in_memory_and_on_disk(tmp_path: Path) -> None:
    model = Counted()
    chooser = Chooser(KeptVectors(tmp_path))
    for _ in range(2):
        await chooser.ranked("a", TEXTS, model, "key")
    assert model.asked == [1, 4, 1, 1, 1]
    again = Counted()
    assert (await Chooser(KeptVectors(tmp_path)).ranked("a", TEXTS, again, "key")).order == (1, 3, 0, 2)
    assert again.asked == [1, 1]


async def test_another_model_does_not_get_the_vectors_of_the_first(tmp_path: Path) -> None:
    kept = KeptVectors(tmp_path)
    await kept.of(TEXTS, Counted(), "key")
    other = Counted(-1.0)
    await kept.of(TEXTS, other, "key")
    assert other.asked == [1, 4]


async def test_a_damaged_file_is_computed_again_and_old_ones_go(tmp_path: Path) -> None:
    for number in range(MOST + 3):
        await KeptVectors(tmp_path).of(TEXTS, Counted(), f"key {number}")
    assert damage(tmp_path) == MOST
    model = Counted()
    await KeptVectors(tmp_path).of(TEXTS, model, f"key {MOST + 2}")
    assert model.asked == [1, 4]


@pytest.mark.parametrize("error", [ModelMissing("none"), ExtraMissing("none"), EngineCrashed("gone")])
async def test_without_a_model_by_words(chooser: Chooser, error: MynaError) -> None:
    ranking = await chooser.ranked(
        "a red apple", ("a green pear", "red apples and apple pie"), Counted(error=error), "key"
    )
    assert (ranking.order, ranking.method) == ((1, 0), "words")


async def test_chinese_is_by_words_even_with_a_model(chooser: Chooser) -> None:
    texts = ("今天天气很好", "苹果多少钱", "火车站在哪里")
    ranking = await chooser.ranked("请问火车站怎么走？", texts, Counted())
    assert (ranking.order[0], ranking.method) == (2, "words")


def test_rare_words_weigh_more() -> None:
    texts = ("the the the cat", "the dog", "the the bird")
    assert by_words("the dog", texts)[0] == 1


def test_equally_close_texts_stay_in_order() -> None:
    assert by_words("nothing of it", ("b", "a", "c")) == [0, 1, 2]


@pytest.mark.parametrize(
    ("text", "chinese"), [("你好", True), ("Hello", False), ("用 Python 写代码", True), ("", False)]
)
def test_which_script_prevails(text: str, chinese: bool) -> None:
    assert is_chinese(text) is chinese
