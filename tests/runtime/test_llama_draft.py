"""A smaller model that writes ahead: answers stay what they are, and where it cannot, they are given without it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from myna.engine.drafts import check_draft, is_recurrent
from myna.engine.gguf import read_header
from myna.engine.protocols import EngineSpec, Lora, Sampling, TextRequest
from myna.engine.text.guessing import READ_PAYS, AnswerGuesses, Drafts, Guesser
from myna.engine.text.speculation import LENGTHS, LONGEST_GUESS, StepTimes
from myna.errors import BadModelFile, EngineError
from myna.messages import user
from myna.testing.in_process import InProcess
from myna.testing.tiny_gguf import NEVER_END, write_tiny_model

ENDLESS = Sampling(temperature=0, logit_bias=NEVER_END)
WARM = Sampling(temperature=1.3, seed=3, logit_bias=NEVER_END)
WORDS = "what the weather is like"
"""Its answers do not repeat themselves at once, so that little is found in what was said."""


def ask(text: str = WORDS, **changes: object) -> TextRequest:
    request = TextRequest(messages=(user(text),), sampling=ENDLESS, max_tokens=80, logprobs=0)
    return msgspec.structs.replace(request, **changes)


class Followed:
    """A `DraftModel` that knows how a text goes on, and what was asked of it."""

    def __init__(self, text: Sequence[int], *, piece: int = 1000) -> None:
        self.text = list(text)
        self.piece = piece
        self.read = 0
        self.asked: list[int] = []

    def backlog(self, text: Sequence[int]) -> int:
        return len(text) - self.read

    def guess(self, text: Sequence[int], count: int) -> list[int]:
        self.asked.append(len(text))
        self.read = min(len(text), self.read + self.piece)
        return self.text[len(text) :][:count] if self.read == len(text) else []

    def spare(self, cores: int) -> None:
        raise AssertionError(cores)


STORY = list(range(400))


def free() -> StepTimes:
    made = StepTimes()
    for _ in range(3):
        for tokens in (1, *(1 + length for length in LENGTHS)):
            made.took(tokens, 1.0)
    return made


def test_a_long_prompt_is_read_when_the_answer_has_become_long_too() -> None:
    draft = Followed(STORY)
    drafts = Drafts(STORY[:160], draft, free())
    guessed = [bool(drafts.of(STORY[160 : 160 + count], 8)) for count in range(40)]
    assert guessed.index(True) == -(-160 // (READ_PAYS - 1))
    assert draft.asked[0] == 160 + guessed.index(True)


def test_it_is_read_in_pieces_and_nothing_is_guessed_before_it_is_known() -> None:
    draft = Followed(STORY, piece=50)
    drafts = Drafts(STORY[:160], draft, free())
    guesses = [drafts.of(STORY[160 : 160 + count], 8) for count in range(30, 36)]
    assert guesses[:3] == [[], [], []]
    assert guesses[3] == STORY[193:201]


def test_what_was_said_before_is_guessed_first_and_the_model_asked_where_nothing_was() -> None:
    draft = Followed([*range(50), 7, 8, 9, *range(100, 150)])
    guesser = Guesser(LONGEST_GUESS, draft)
    guesser.repeated, guesser.drafted = free(), free()
    guesses = AnswerGuesses([], guesser)
    answer = [*range(50), 7, 8, 9]
    assert guesses.of(answer[:30], 8)[:2] == [30, 31]
    assert guesses.of(answer, 8)[:2] == [10, 11]
    assert draft.asked == [30]


def test_a_prompt_with_pictures_is_nothing_for_another_model() -> None:
    guesser = Guesser(LONGEST_GUESS, Followed(STORY))
    guesser.drafted = free()
    assert AnswerGuesses(STORY[:20], guesser, readable=False).of(STORY[20:60], 8) == []
    assert AnswerGuesses(STORY[:20], guesser).of(STORY[20:60], 8) != []


@pytest.mark.parametrize(("drafting_s", "share"), [(0.0, 1.0), (20.0, 0.25)])
def test_the_time_of_the_smaller_model_counts(drafting_s: float, share: float, monkeypatch: pytest.MonkeyPatch) -> None:
    """`share`: of the steps that have a guess once the times are known; where it does not pay, it is tried at times."""
    clock = iter(range(100_000))
    monkeypatch.setattr("myna.engine.text.guessing.time.perf_counter", lambda: next(clock) * drafting_s)
    guesser = Guesser(LONGEST_GUESS, Followed(STORY))
    guesses = AnswerGuesses(STORY[:10], guesser)
    guesses.took(0, 1.0)
    made = []
    for count in range(5, 300, 9):
        guess = guesses.of(STORY[10 : 10 + count], 8)
        made.append(bool(guess))
        guesses.came(len(guess))
        guesses.took(len(guess), 1.0)
    lengths = {length: guesser.drafted.cost(1 + length) for length in LENGTHS}
    assert lengths == dict.fromkeys(LENGTHS, 1.0 + drafting_s)
    assert sum(made[9:]) / len(made[9:]) == pytest.approx(share, abs=0.05)


def test_reading_a_prompt_is_no_part_of_what_a_guess_takes() -> None:
    guesser = Guesser(LONGEST_GUESS, Followed(STORY))
    guesses = AnswerGuesses(STORY[:60], guesser)
    guesses.took(0, 1.0)
    for count in range(20, 80, 9):
        guesses.took(len(guesses.of(STORY[60 : 60 + count], 2)), 1.0 if count > 20 else 50.0)
    assert guesser.drafted.cost(3) == pytest.approx(1.0, abs=0.1)


@pytest.mark.parametrize(("right", "expected"), [(8, 1.0), (0, 0.0)])
def test_later_answers_begin_with_what_was_seen_before(right: int, expected: float) -> None:
    draft = Followed(STORY)
    guesser = Guesser(LONGEST_GUESS, draft)
    guesser.drafted = free()
    first = AnswerGuesses(STORY[:10], guesser)
    for count in range(5, 305, 2):
        if first.of(STORY[10 : 10 + count], 8):
            first.came(right)
    assert guesser.agreement == pytest.approx(expected, abs=0.1)
    # It answers from what it has read, so the fake begins anew.
    draft.read = 0
    assert len(AnswerGuesses(STORY[:10], guesser).of(STORY[10:30], 8)) == (8 if right else LENGTHS[0])


@given(st.lists(st.integers(0, 3), max_size=40), st.lists(st.integers(0, 3), max_size=40), st.integers(-1, 9))
def test_no_more_is_guessed_than_there_is_room_for(prompt: list[int], answer: list[int], most: int) -> None:
    guesser = Guesser(LONGEST_GUESS, Followed([*prompt, *answer, *range(20)]))
    guesses = AnswerGuesses(prompt, guesser)
    for count in range(len(answer) + 1):
        assert len(guesses.of(answer[:count], most)) <= max(0, min(most, LONGEST_GUESS))


# in the engine


@pytest.fixture
def drafted(tiny_model: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Any:
    """`drafted(draft, option=value, ...)` loads an engine with a smaller model to which guesses cost nothing; without
    a path, the model itself, which is always right."""
    pytest.importorskip("llama_cpp")
    from myna.engine.llama import LlamaEngine

    monkeypatch.setattr(StepTimes, "cost", lambda self, tokens: 1.0)
    open_engines = []

    def load(draft: Path | None = None, *, model: Path = tiny_model, **options: Any) -> InProcess:
        files = {"model": str(model), "draft": str(draft or tiny_model)}
        usual = {"threads": 1, "parallel": 4, "context": 512, "initial_cells": 1024, "memory_reserve_mb": 0}
        engine = LlamaEngine(EngineSpec("tiny", "", files, {**usual, **options}))
        open_engines.append(engine)
        return InProcess(engine)

    yield load
    for engine in open_engines:
        engine.close()


@pytest.fixture
def other(tmp_path: Path) -> Path:
    """Another model with the same words: mostly wrong."""
    return write_tiny_model(tmp_path / "other.gguf", seed=2)


REQUESTS = (ask(), ask(sampling=WARM), ask("x" * 300), ask(stop=("b",)), ask(max_tokens=1), ask(max_tokens=3))


@pytest.mark.parametrize("right", [True, False])
@pytest.mark.parametrize("request_", REQUESTS, ids=range(len(REQUESTS)))
def test_answers_are_what_they_are_without(llama: Any, drafted: Any, other: Path, request_: Any, right: bool) -> None:
    plain, guessed = llama(speculate=False).ask(request_), drafted(None if right else other).ask(request_)
    assert guessed.tokens == plain.tokens
    assert (guessed.text, guessed.end.reason) == (plain.text, plain.end.reason)


def steps(engine: Any, request: TextRequest) -> int:
    """Batches of the model that answers."""
    kv, count = engine.engine._kv, 0
    decode = kv.decode

    def counted() -> None:
        nonlocal count
        count += 1
        decode()

    kv.decode = counted
    engine.ask(request)
    kv.decode = decode
    return count


def test_who_is_right_saves_steps_and_who_is_wrong_costs_none(llama: Any, drafted: Any, other: Path) -> None:
    plain = steps(llama(speculate=False), ask(sampling=WARM))
    assert steps(drafted(other), ask(sampling=WARM)) <= plain
    assert steps(drafted(), ask()) < 0.4 * plain


def test_the_next_turn_finds_it_where_it_was(drafted: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    engine = drafted()
    draft, read = engine.engine._draft, []
    compute = draft._compute

    def counted(tokens: Sequence[int]) -> int:
        read.append(len(tokens))
        return int(compute(tokens))

    monkeypatch.setattr(draft, "_compute", counted)
    engine.ask(ask())
    first, held = sum(read), list(draft._held)
    read.clear()
    engine.ask(TextRequest(tokens=(*held, 70), sampling=ENDLESS, max_tokens=30))
    assert first > len(held) > 60
    # What it answers now, and what of that was guessed wrong.
    assert 0 < sum(read) < 60


def test_its_cells_grow_with_the_text_and_end_where_the_context_does(drafted: Any, llama: Any) -> None:
    engine = drafted(initial_cells=128, batch=64, shared_batch=32)
    long = ask("y" * 200, max_tokens=0)
    assert engine.engine._draft._kv.cells < 200
    assert engine.ask(long).tokens == llama(speculate=False).ask(long).tokens
    assert engine.engine._draft._kv.cells > 400


def test_when_it_fails_answers_go_on_without(
    llama: Any, drafted: Any, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    engine = drafted()
    calls = 0

    def broken() -> None:
        nonlocal calls
        calls += 1
        raise EngineError("llama.cpp could not compute a step (status -3)")

    monkeypatch.setattr(engine.engine._draft._kv, "decode", broken)
    assert engine.ask(ask()).tokens == llama(speculate=False).ask(ask()).tokens
    assert calls == 1
    assert "no more guesses from the smaller model" in caplog.text


def words(path: Path) -> Path:
    """A model with words of its own at the end."""
    return write_tiny_model(path, more_control=tuple(f"<|{number}|>" for number in range(200)))


def renamed(path: Path) -> Path:
    """One whose words are as many, and one of them another."""
    data = write_tiny_model(path).read_bytes()
    assert data.count(b"<|im_start|>") >= 1
    path.write_bytes(data.replace(b"<|im_start|>", b"<|am_start|>"))
    return path


def garbage(path: Path) -> Path:
    path.write_bytes(b"GGUF" + bytes(64))
    return path


@pytest.mark.parametrize(
    ("make", "told"),
    [
        (words, "has other words than tiny.gguf"),
        (renamed, "is another word than that of the model that answers"),
        (garbage, ""),
        (lambda path: path, "there is no model file"),
    ],
    ids=["words", "renamed", "garbage", "missing"],
)
def test_what_cannot_guess_is_told_and_left_out(
    llama: Any, drafted: Any, tmp_path: Path, make: Callable[[Path], Path], told: str, caplog: pytest.LogCaptureFixture
) -> None:
    engine = drafted(make(tmp_path / "draft.gguf"))
    assert engine.engine._draft is None
    assert told in engine.engine.info.details["undrafted"]
    assert "draft" not in engine.engine.info.details
    assert "without the guesses of" in caplog.text
    assert engine.ask(ask()).tokens == llama(speculate=False).ask(ask()).tokens


def test_where_memory_is_short_the_larger_model_has_it(tiny_model: Path) -> None:
    pytest.importorskip("llama_cpp")
    from myna.engine.llama.draft import plan_draft
    from myna.engine.llama.model import plan_beside, plan_load
    from myna.engine.llama.options import LlamaOptions

    options = LlamaOptions(context=512, max_cells=512, memory_reserve_mb=0)
    header = read_header(tiny_model)
    files = {"model": str(tiny_model), "draft": str(tiny_model)}
    other = plan_draft(EngineSpec("tiny", "", files), options).memory
    need = plan_load(header, options, 1 << 30).need.total
    assert other > 0
    for projector in (0, 5_000_000):
        enough = plan_beside(header, options, need + projector + other, other, beside=projector)
        short = plan_beside(header, options, need + projector + other // 8, other, beside=projector)
        assert (enough.beside, short.beside) == (other, 0)
        assert short == plan_load(header, options, need + projector + other // 8, beside=projector)


def test_on_a_gpu_too(tiny_model: Path) -> None:
    pytest.importorskip("llama_cpp")
    from myna.engine.llama.devices import Device
    from myna.engine.llama.model import plan_beside, plan_load
    from myna.engine.llama.offload import RESERVE
    from myna.engine.llama.options import LlamaOptions

    options, header = LlamaOptions(context=512), read_header(tiny_model)
    need = plan_load(header, options, 1 << 34).need
    card = Device("CUDA0", "a card", "gpu", RESERVE + need.total, 1 << 30)
    alone = plan_beside(header, options, 1 << 34, 0, gpus=[card])
    beside = plan_beside(header, options, 1 << 34, need.total, gpus=[card])
    assert alone.offload.layers == alone.offload.of
    assert (beside.beside, beside.offload) == (0, alone.offload)


def test_it_takes_no_more_memory_than_was_planned(drafted: Any) -> None:
    from myna.engine.bindings import C

    engine = drafted(batch=256, shared_batch=64)
    context = engine.engine._draft._kv._context
    assert C.llama_n_batch(context) == C.llama_n_ubatch(context) == 64


def test_while_two_take_turns_the_smaller_model_reads_neither(
    drafted: Any, tiny_adapter: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    engine = drafted()
    asked: list[int] = []

    def noted(text: Sequence[int], count: int) -> list[int]:
        asked.append(len(engine.engine._scheduler._running))
        return []

    monkeypatch.setattr(engine.engine._draft, "guess", noted)
    with_adapter = ask(loras=(Lora(str(tiny_adapter), 1.0),))
    both = [engine.submit(ask()), engine.submit(with_adapter)]
    engine.run(*both)
    engine.ask(ask())
    assert set(asked) == {1}


def test_a_word_that_only_the_large_model_has_ends_guesses_for_its_text_alone(tmp_path: Path, drafted: Any) -> None:
    more = write_tiny_model(tmp_path / "more.gguf", more_control=["<|a|>", "<|b|>"])
    small = drafted(model=more).engine._draft
    own = small._own_words
    assert small._words == own + 2
    assert small.guess([70, 71, own + 1, 72], 2) == []
    assert len(small.guess([70, 71, 72], 2)) == 2


def recurrent(path: Path) -> Path:
    import gguf

    writer = gguf.GGUFWriter(str(path), "mamba")
    writer.add_ssm_state_size(16)
    writer.write_header_to_file()
    writer.write_kv_data_to_file()
    writer.close()
    return path


def test_a_model_that_cannot_go_back_neither_guesses_nor_is_guessed_for(tmp_path: Path, tiny_model: Path) -> None:
    mamba, tiny = read_header(recurrent(tmp_path / "mamba.gguf")), read_header(tiny_model)
    assert (is_recurrent(mamba), is_recurrent(tiny)) == (True, False)
    same = {key: tiny.metadata[key] for key in tiny.metadata if key.startswith("tokenizer.")}
    like = msgspec.structs.replace(mamba, metadata={**mamba.metadata, **same}, arrays=tiny.arrays, tensors=tiny.tensors)
    for draft, model in ((like, tiny), (tiny, like)):
        with pytest.raises(BadModelFile, match=r"mamba\.gguf cannot take back what was guessed wrong"):
            check_draft(draft, model)


def test_a_larger_model_does_not_write_ahead_of_a_smaller_one(tiny_model: Path) -> None:
    tiny = read_header(tiny_model)
    with pytest.raises(BadModelFile, match="is larger than"):
        check_draft(tiny, msgspec.structs.replace(tiny, tensors=tiny.tensors[:4]))


@pytest.mark.parametrize("longest", [1, 2])
def test_where_little_fits_into_a_step_what_does_not_pay_is_not_guessed(longest: int) -> None:
    """As with ONNX graphs that give logits for two or three tokens."""
    guesser, made = Guesser(longest), 0
    guesses = AnswerGuesses(STORY[:20] * 2, guesser)
    guesses.took(0, 1.0)
    for count in range(1, 300):
        guess = guesses.of((STORY[:20] * 20)[:count], 8)
        made += bool(guess)
        guesses.came(0)
        guesses.took(len(guess), 3.0 if guess else 1.0)
    assert made < 20


def test_switched_off_it_is_not_even_loaded(drafted: Any) -> None:
    engine = drafted(speculate=False)
    assert engine.engine._draft is None
    assert "draft" not in engine.engine.info.details
