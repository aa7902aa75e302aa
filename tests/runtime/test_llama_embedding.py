"""Embeddings from a text model."""

from __future__ import annotations

import numpy as np
import pytest

from myna.engine.protocols import EmbedRequest, Sampling, TextRequest
from myna.errors import PromptTooLong
from myna.messages import user
from myna.testing.tiny_gguf import NEVER_END, WIDTH

TEXTS = ("hello", "你好，世界", "a much longer text than the others, " * 4, "x", "👩‍👩‍👧")


def vectors(engine, texts, **changes):
    (result,) = engine.ask(EmbedRequest(tuple(texts), **changes), "embed").items
    return np.frombuffer(result.vectors, dtype="<f4").reshape(len(texts), result.dimensions), result


def test_a_vector_of_length_one_for_each_text(llama):
    found, result = vectors(llama(), TEXTS)
    assert found.shape == (5, WIDTH)
    assert result.dimensions == WIDTH
    assert result.tokens >= sum(1 for _ in TEXTS)
    assert np.linalg.norm(found, axis=1) == pytest.approx(np.ones(5), abs=1e-5)


def test_in_a_batch_as_alone(llama):
    engine = llama()
    together, _ = vectors(engine, TEXTS)
    alone = np.concatenate([vectors(engine, [text])[0] for text in TEXTS])
    assert np.abs(together - alone).max() < 1e-3
    # Different texts are different.
    assert (together @ together.T - np.eye(5)).max() < 0.999


def test_more_texts_than_a_batch_takes(llama):
    engine = llama()
    texts = [f"text {number % 7}" for number in range(150)]
    found, _ = vectors(engine, texts)
    assert np.abs(found[:7] - found[7:14]).max() < 1e-3
    assert np.abs(found[0] - found[147]).max() < 1e-3


def test_without_normalising_lengths_differ(llama):
    engine = llama()
    raw, _ = vectors(engine, TEXTS, normalize=False)
    unit, _ = vectors(engine, TEXTS)
    lengths = np.linalg.norm(raw, axis=1, keepdims=True)
    assert np.abs(lengths - 1).max() > 0.01
    assert np.abs(raw / lengths - unit).max() < 1e-4


def test_a_text_that_is_too_long_is_refused_with_both_numbers(llama):
    engine = llama()
    with pytest.raises(PromptTooLong, match=r"600 tokens.*512"):
        engine.ask(EmbedRequest(("fine", "x" * 600)), "embed")
    assert vectors(engine, ["fine"])[0].shape == (1, WIDTH)


def test_a_text_that_just_fits(llama):
    assert vectors(llama(), ["x" * 512])[0].shape == (1, WIDTH)


def test_ten_megabytes_are_refused_before_they_are_tokenized(llama, monkeypatch):
    engine = llama()
    vectors(engine, ["fine"])

    def never(*_, **__):
        raise AssertionError("it was tokenized")

    monkeypatch.setattr(type(engine.engine._vocabulary), "tokenize", never)
    with pytest.raises(PromptTooLong):
        engine.ask(EmbedRequest(("x" * 10_000_000,)), "embed")


def test_empty_texts_and_no_texts(llama):
    engine = llama()
    assert vectors(engine, ["", "a"])[0].shape == (2, WIDTH)
    assert vectors(engine, [])[0].size == 0


def test_while_answers_run(llama):
    engine = llama()
    request = TextRequest(
        messages=(user("Hi"),), sampling=Sampling(temperature=0, logit_bias=NEVER_END), max_tokens=20, logprobs=0
    )
    answer = engine.submit(request)
    engine.step(4)
    embedded = engine.submit(EmbedRequest(("hello",)), "embed")
    engine.run(answer, embedded)
    assert answer.tokens == llama().ask(request).tokens
    assert len(embedded.items) == 1


def test_a_cancelled_request_is_not_computed(llama):
    engine = llama()
    reply = engine.submit(EmbedRequest(("hello",)), "embed")
    engine.engine.cancel(reply.number)
    assert not engine.engine.step()
    assert reply.items == []
