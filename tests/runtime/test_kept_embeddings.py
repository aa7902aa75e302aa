"""The embedder that computes each text once."""

from __future__ import annotations

from collections.abc import Sequence

import msgspec

from myna.engine.kept_embeddings import KeptEmbedder, VectorCache
from myna.engine.protocols import Embeddings
from myna.testing import FakeEmbedder


class Counting(FakeEmbedder):
    """Says what each text took, as the engines do."""

    async def embed(self, texts: Sequence[str]) -> Embeddings:
        found = await super().embed(texts)
        return msgspec.structs.replace(found, counts=tuple(len(text.split()) for text in texts))


async def test_a_text_is_computed_once_and_answers_keep_their_order() -> None:
    inner = Counting(16)
    kept = KeptEmbedder(inner, VectorCache(), "m")
    first = await kept.embed(["a cat", "a dog"])
    again = await kept.embed(["a dog", "a bird sings", "a cat", "a dog"])
    assert inner.texts == ["a cat", "a dog", "a bird sings"]
    alone = await Counting(16).embed(["a dog", "a bird sings", "a cat", "a dog"])
    assert again == alone
    assert first.counts == (2, 2)
    assert again.tokens == 9


async def test_models_do_not_share_vectors() -> None:
    cache = VectorCache()
    one, other = Counting(8), Counting(32)
    await KeptEmbedder(one, cache, "one").embed(["a cat"])
    found = await KeptEmbedder(other, cache, "other").embed(["a cat"])
    assert found.dimensions == 32
    assert other.texts == ["a cat"]


async def test_the_least_recently_used_vector_goes_first() -> None:
    inner = Counting(4)
    cache = VectorCache(capacity=2 * 16)
    kept = KeptEmbedder(inner, cache, "m")
    await kept.embed(["a", "b"])
    await kept.embed(["a"])
    await kept.embed(["c"])
    assert len(cache) == 2
    inner.texts.clear()
    await kept.embed(["a", "c"])
    assert inner.texts == []
    await kept.embed(["b"])
    assert inner.texts == ["b"]


async def test_an_engine_that_does_not_count_is_asked_each_time() -> None:
    inner = FakeEmbedder(8)
    kept = KeptEmbedder(inner, VectorCache(), "m")
    assert await kept.embed(["a", "b"]) == await kept.embed(["a", "b"])
    assert inner.texts == ["a", "b", "a", "b"]


async def test_no_text_is_no_vector() -> None:
    kept = KeptEmbedder(Counting(8), VectorCache(), "m")
    assert (await kept.embed([])).vectors == b""
