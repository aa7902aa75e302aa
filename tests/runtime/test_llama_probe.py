"""What a model is measured by, on the small model, beside what the engine itself says."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import pytest

from myna.engine.llama.attention import choose_attention
from myna.engine.llama.probe import ProbeEngine
from myna.engine.protocols import EngineSpec, Sampling, TextRequest
from myna.engine.tuning import PROBE, Footprint, Score, ScoreRequest, SpeedRequest, SpeedSample
from myna.errors import BadInput, UsageError
from myna.testing.in_process import InProcess
from myna.testing.tiny_gguf import byte_token

OPTIONS = {"threads": 1, "parallel": 4, "context": 512, "initial_cells": 1024, "memory_reserve_mb": 0}
TEXT = "one fine day the hen and the fox met"


@pytest.fixture
def probe(tiny_model: Path) -> Iterator[Callable[..., InProcess]]:
    with ExitStack() as stack:

        def load(**options: Any) -> InProcess:
            spec = EngineSpec("tiny", PROBE, {"model": str(tiny_model)}, {**OPTIONS, **options})
            return stack.enter_context(InProcess(ProbeEngine(spec)))

        yield load


def score(loaded: InProcess, text: str = TEXT, start: int = 0, length: int = 512, skip: int = 0) -> Score:
    (found,) = loaded.ask(ScoreRequest(text, start, length, skip), "score").items
    assert isinstance(found, Score)
    return found


def test_a_turn_is_timed(probe: Callable[..., InProcess]) -> None:
    loaded = probe(batch=32)
    (sample,) = loaded.ask(SpeedRequest(100, 8, 4), "speed").items
    assert isinstance(sample, SpeedSample)
    assert min(sample.read_s, sample.short_s, sample.write_s) > 0
    assert sample.threads == 1
    # 100 tokens in batches of 32, 8 in one, 4 one by one, and the end.
    assert loaded.steps == 4 + 1 + 4 + 1


def test_the_cache_grows_for_a_long_turn(probe: Callable[..., InProcess]) -> None:
    loaded = probe(initial_cells=256)
    assert loaded.ask(SpeedRequest(400, 8, 4), "speed").items


def test_a_text_is_foretold_as_the_engine_says(
    probe: Callable[..., InProcess], llama: Callable[..., InProcess]
) -> None:
    plain = llama().ask(
        TextRequest(tokens=(byte_token(ord("h")),), sampling=Sampling(temperature=0), max_tokens=1, logprobs=300)
    )
    (drawn,) = plain.logprobs
    known = {one[0]: one[-1] for one in drawn.top}
    letter = next(chr(byte) for byte in range(ord("a"), ord("z") + 1) if byte_token(byte) in known)
    found = score(probe(), f"h{letter}")
    assert found.tokens == 1
    assert found.top == (drawn.token,)
    assert found.nll == pytest.approx(-known[byte_token(ord(letter))], abs=1e-3)


def test_the_beginning_is_only_read(probe: Callable[..., InProcess]) -> None:
    loaded = probe()
    whole, rest = score(loaded), score(loaded, skip=10)
    assert whole.tokens - rest.tokens == 10 - 1
    assert rest.top == whole.top[-rest.tokens :]
    assert rest.nll < whole.nll


def test_a_piece_is_scored_the_same_in_pieces_of_batches(probe: Callable[..., InProcess]) -> None:
    long = TEXT * 5
    assert score(probe(batch=8), long).nll == pytest.approx(score(probe(), long).nll, rel=1e-4)


def test_there_is_nothing_behind_the_end(probe: Callable[..., InProcess]) -> None:
    assert score(probe(), start=1000) == Score(0.0, 0, ())
    assert score(probe(), length=3, skip=3).tokens == 0


def test_settings_that_are_tried_change_little_of_what_is_foretold(probe: Callable[..., InProcess]) -> None:
    plain = score(probe())
    for options in ({"flash_attention": "on"}, {"ubatch": 16}, {"kv_type": "q8_0"}):
        assert score(probe(**options)).nll == pytest.approx(plain.nll, rel=0.01), options
    assert math.isfinite(plain.nll)


def test_the_memory_that_it_takes_is_told(probe: Callable[..., InProcess]) -> None:
    (found,) = probe().ask(Footprint(), "footprint").items
    assert found.peak > 1 << 20


@pytest.mark.parametrize(
    ("body", "operation", "error"),
    [
        (SpeedRequest(0, 8, 4), "speed", BadInput),
        (SpeedRequest(100, 8, 0), "speed", BadInput),
        (ScoreRequest(TEXT, -1, 5, 0), "score", BadInput),
        (ScoreRequest(TEXT, 0, 0, 0), "score", BadInput),
        (Footprint(), "speed", BadInput),
        (Footprint(), "generate", UsageError),
    ],
)
def test_requests_that_make_no_sense(
    probe: Callable[..., InProcess], body: Any, operation: str, error: type[Exception]
) -> None:
    with pytest.raises(error):
        probe().ask(body, operation)


def test_options_that_make_no_sense(probe: Callable[..., InProcess]) -> None:
    for options in ({"ubatch": -1}, {"flash_attention": "maybe"}):
        with pytest.raises(UsageError, match="options"):
            probe(**options)


def test_a_request_can_be_cancelled(probe: Callable[..., InProcess]) -> None:
    loaded = probe(batch=16)
    reply = loaded.submit(SpeedRequest(200, 8, 4), "speed")
    loaded.step(2)
    loaded.engine.cancel(reply.number)
    assert not loaded.engine.step()
    assert reply.items == []


@pytest.mark.parametrize(
    ("asked", "flash", "chunk"),
    [
        ({}, False, 512),
        ({"ubatch": 128}, False, 128),
        ({"ubatch": 1024}, False, 512),
        ({"flash": "on"}, True, 512),
        ({"gpu": True, "flash": "off"}, False, 512),
        ({"kv_type": "q8_0", "flash": "off"}, True, 512),
    ],
)
def test_what_was_measured_decides_about_attention(asked: dict[str, Any], flash: bool, chunk: int) -> None:
    chosen = choose_attention(**{"heads": 9, "cells": 4096, "batch": 512, "kv_type": "f16", "gpu": False, **asked})
    assert (chosen.flash, chosen.chunk) == (flash, chunk)
