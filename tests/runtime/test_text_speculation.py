"""Guesses of what an answer repeats: when they are made, and that they change nothing but the time."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from myna.engine.protocols import Sampling, TextRequest
from myna.engine.text.cells import NoRoom
from myna.engine.text.speculation import (
    AGAIN_AFTER,
    GUESSED_KEPT,
    LENGTHS,
    LONGEST_GUESS,
    NGRAM,
    PLAIN_KEPT,
    STALE_AFTER,
    Guesses,
    StepTimes,
)
from myna.messages import user
from myna.testing.tiny_gguf import NEVER_END
from myna.tools import NO_TOOLS


def times(**costs: float) -> StepTimes:
    """`two=1.2`: a step of a guess of two tokens takes 1.2 times a step without."""
    made = StepTimes()
    for _ in range(GUESSED_KEPT):
        made.took(1, 1.0)
        for name, length in (("two", 2), ("four", 4), ("eight", 8)):
            made.took(1 + length, costs.get(name, 100.0))
    return made


CHEAP = times(two=1.05, four=1.1, eight=1.2)
DEAR = times(two=3, four=5, eight=9)
VERSE = list(range(20))


def test_what_followed_before_is_guessed_to_follow_again() -> None:
    guesses = Guesses([*VERSE, 99, *VERSE[:NGRAM]], CHEAP)
    assert guesses.of([], 100) == VERSE[NGRAM : NGRAM + 4]
    assert guesses.of([VERSE[NGRAM]], 2) == VERSE[NGRAM + 1 : NGRAM + 3]


@pytest.mark.parametrize("prompt", [[], [1], VERSE, [1, 2, 1, 2]])
def test_what_was_never_said_is_not_guessed(prompt: list[int]) -> None:
    assert Guesses(prompt, CHEAP).of([], 100) == []


def test_the_newest_of_several_places_counts() -> None:
    assert Guesses([1, 2, 3, 7, 1, 2, 3, 8, 1, 2, 3], CHEAP).of([], 2) == [8, 1]


def test_a_guess_that_costs_more_than_it_brings_is_tried_again_after_a_while_only() -> None:
    guesses = Guesses(VERSE * 2, DEAR)
    made = [bool(guesses.of((VERSE * 9)[:count], 8)) for count in range(80)]
    assert made[0]
    assert sum(made) == -(-80 // AGAIN_AFTER)


def test_wrong_guesses_end_and_right_ones_grow() -> None:
    wrong, right = Guesses(VERSE * 2, times(two=1.3, four=1.6, eight=2.2)), Guesses(VERSE * 2, CHEAP)
    for count in range(1, 20):
        wrong.odds.came(len(wrong.of((VERSE * 9)[:count], 8)), 0)
        guess = right.of((VERSE * 9)[:count], 8)
        right.odds.came(len(guess), len(guess))
    assert wrong.of((VERSE * 9)[:20], 8) == []
    assert len(right.of((VERSE * 9)[:20], 8)) == max(LENGTHS)


def test_each_length_is_measured_a_few_times_before_it_is_judged() -> None:
    unknown = StepTimes()
    guesses = Guesses(VERSE * 2, unknown)
    unknown.took(1, 1.0)
    lengths = []
    for count in range(1, 10):
        lengths.append(len(guesses.of((VERSE * 9)[:count], 8)))
        unknown.took(1 + lengths[-1], 50.0)
    assert lengths == [length for length in LENGTHS for _ in range(GUESSED_KEPT)]
    assert guesses.of((VERSE * 9)[:10], 8) == []


@pytest.mark.parametrize("slow", range(GUESSED_KEPT))
def test_one_slow_step_rules_no_length_out(slow: int) -> None:
    made = StepTimes()
    made.took(1, 1.0)
    for number in range(GUESSED_KEPT):
        made.took(9, 60.0 if number == slow else 1.5)
    assert made.cost(9) == 1.5
    made.took(1, 30.0)
    made.took(1, 1.0)
    assert made.cost(9) == 1.5


def test_the_cost_follows_the_last_steps() -> None:
    made = times(two=1.2)
    for _ in range(GUESSED_KEPT):
        made.took(3, 1.8)
    assert made.cost(3) == 1.8
    for _ in range(PLAIN_KEPT):
        made.took(1, 1.2)
    assert made.cost(3) == pytest.approx(1.5)


def test_a_length_that_did_not_pay_is_measured_again_after_a_while() -> None:
    made = times(two=1.05)
    guesses = Guesses(VERSE * 2, made)
    assert len(guesses.of(VERSE[:1], 8)) == 2
    rounds = 0
    while made.cost(9) != 1.0:
        rounds += 1
        for _ in range(STALE_AFTER):
            made.took(1, 1.0)
        tried = []
        for _ in LENGTHS:
            tried.append(len(guesses.of(VERSE[:1], 8)))
            made.took(1 + tried[-1], 1.0)
        assert tuple(tried) == LENGTHS
    # The middle one of the last is that of two new ones and one old.
    assert rounds == GUESSED_KEPT // 2 + 1
    for _ in range(20):
        guesses.odds.came(8, 8)
    assert len(guesses.of(VERSE[:1], 8)) == 8


def test_what_is_too_short_for_a_length_is_judged_as_a_shorter_one() -> None:
    """Four tokens are left to be repeated: eight, which nothing is known of, are not tried with four."""
    known = StepTimes()
    for _ in range(GUESSED_KEPT):
        for tokens, seconds in ((1, 1.0), (3, 50.0), (5, 50.0)):
            known.took(tokens, seconds)
    guesses = Guesses([1, 2, 3, 4, 1, 2, 3], known)
    assert len(guesses.of([], 8)) == LENGTHS[0]
    assert guesses.of([4, 1, 2, 3], 8) == []


def test_a_step_is_never_cheaper_than_one_without_a_guess() -> None:
    made = StepTimes()
    assert made.cost(3) is None
    made.took(1, 1.0)
    for _ in range(GUESSED_KEPT):
        assert made.cost(3) is None
        made.took(3, 0.5)
    assert made.cost(3) == 1.0


@given(st.lists(st.integers(0, 3), max_size=60), st.lists(st.integers(0, 3), max_size=60), st.integers(-1, 9))
def test_a_guess_is_a_part_of_the_text_and_no_longer_than_allowed(
    prompt: list[int], answer: list[int], most: int
) -> None:
    guesses = Guesses(prompt, CHEAP)
    for count in range(len(answer) + 1):
        text = prompt + answer[:count]
        guess = guesses.of(answer[:count], most)
        assert len(guess) <= max(0, most)
        if guess:
            followed = text[-NGRAM:] + guess
            assert any(text[at : at + len(followed)] == followed for at in range(len(text)))


# in the engine

ENDLESS = Sampling(temperature=0, logit_bias=NEVER_END)


def ask(**changes: object) -> TextRequest:
    fields = {"messages": (user("ab" * 40),), "sampling": ENDLESS, "max_tokens": 60, "logprobs": 0, **changes}
    return TextRequest(**fields)  # type: ignore[arg-type]


def counted(engine) -> list[int]:
    """Tokens of each batch from now on."""
    kv, sizes, current = engine.engine._kv, [], []
    add, decode = kv.add, kv.decode

    def counted_add(tokens, position, sequence, *, output):
        current.append(len(tokens))
        return add(tokens, position, sequence, output=output)

    def counted_decode():
        decode()
        sizes.append(sum(current))
        current.clear()

    kv.add, kv.decode = counted_add, counted_decode
    return sizes


@pytest.fixture(params=["llama.cpp", "onnx joined", "onnx shared"])
def load(request):
    """`load(option=value, ...)` loads an engine that can guess."""
    if request.param == "llama.cpp":
        return request.getfixturevalue("llama")
    onnx_text, tiny_onnx = request.getfixturevalue("onnx_text"), request.getfixturevalue("tiny_onnx")
    folder = tiny_onnx("joined") if request.param == "onnx joined" else tiny_onnx("shared", tail=1 + LONGEST_GUESS)
    return lambda **options: onnx_text(folder, **options)


@pytest.fixture
def eager(load, monkeypatch):
    """An engine to which guesses cost nothing."""
    monkeypatch.setattr(StepTimes, "cost", lambda self, tokens: 1.0)
    return load()


REQUESTS = (
    ask(),
    ask(sampling=Sampling(temperature=1.2, seed=3, logit_bias=NEVER_END)),
    ask(sampling=Sampling(temperature=0.8, seed=4, repeat_penalty=1.3, logit_bias=NEVER_END)),
    ask(stop=("b",)),
    ask(schema=json.dumps({"type": "array", "items": {"enum": ["again", "and again"]}, "minItems": 3, "maxItems": 5})),
    ask(max_tokens=1),
    ask(max_tokens=2),
)


@pytest.mark.parametrize("request_", REQUESTS, ids=range(len(REQUESTS)))
def test_answers_are_what_they_are_without(load, eager, request_) -> None:
    plain = load(speculate=False).ask(request_)
    guessed = eager.ask(request_)
    assert (guessed.text, guessed.tokens, guessed.end.reason, guessed.end.stop) == (
        plain.text,
        plain.tokens,
        plain.end.reason,
        plain.end.stop,
    )
    assert guessed.end.usage.completion_tokens == plain.end.usage.completion_tokens


def test_what_repeats_takes_fewer_steps(load, eager) -> None:
    with_guesses, without = counted(eager), counted(plain := load(speculate=False))
    eager.ask(ask())
    plain.ask(ask())
    assert len(with_guesses) < len(without)
    assert max(with_guesses[1:]) <= 1 + max(LENGTHS)
    assert set(without[1:]) == {1}


def test_the_next_turn_continues_from_the_right_tokens(load, eager) -> None:
    """What was guessed wrong must not be in the cache."""
    first = ask(sampling=Sampling(temperature=1.5, seed=5, logit_bias=NEVER_END))
    answer = eager.ask(first)
    prompt = eager.engine._prompts.from_messages(first.messages, tools=NO_TOOLS, options={})
    onward = TextRequest(
        tokens=(*prompt.tokens, *answer.tokens),
        sampling=ENDLESS,
        max_tokens=20,
    )
    warm = eager.ask(onward)
    assert warm.end.usage.cached_tokens > 60
    assert warm.text == load(speculate=False).ask(onward).text


def test_without_memory_to_go_back_an_answer_is_computed_again(load, eager, monkeypatch) -> None:
    kv, lost = eager.engine._kv, []
    keep_first = kv.keep_first

    def none(sequence: int, positions: int) -> bool:
        if len(lost) == 3:
            return keep_first(sequence, positions)
        lost.append(positions)
        kv.forget(sequence)
        return False

    monkeypatch.setattr(kv, "keep_first", none)
    request = ask(sampling=Sampling(temperature=1.2, seed=3, logit_bias=NEVER_END))
    assert eager.ask(request).tokens == load(speculate=False).ask(request).tokens
    assert len(lost) == 3


def test_beside_another_answer_nothing_is_guessed(eager) -> None:
    sizes = counted(eager)
    both = [eager.submit(ask()) for _ in range(2)]
    eager.until(lambda: all(reply.ended for reply in both))
    assert 2 in sizes
    assert max(sizes[2:-1]) <= 1 + max(LENGTHS)


def test_an_answer_is_cancelled_in_the_middle_of_a_guess(eager) -> None:
    reply = eager.submit(ask(max_tokens=200))
    eager.until(lambda: len(reply.tokens) >= 20)
    eager.engine.cancel(reply.number)
    assert eager.ask(ask()).end.reason == "length"


def short_of_cells(engine, cells: int) -> tuple[list[int], list[str]]:
    """From now on batches go through as long as the sequences hold no more than `cells` with them. Returns the sizes of
    batches that did not, and what was done to make room."""
    kv, cache, scheduler = engine.engine._kv, engine.engine._cache, engine.engine._scheduler
    refused, made, batch = [], [], []
    decode, begin, add, find_room = kv.decode, kv.begin, kv.add, scheduler._find_room

    def counted_begin():
        batch.clear()
        begin()

    def counted_add(tokens, position, sequence, *, output):
        batch.append(len(tokens))
        return add(tokens, position, sequence, output=output)

    def limited_decode():
        if sum(len(one.tokens) for one in cache.residents.values()) + sum(batch) > cells:
            refused.append(sum(batch))
            raise NoRoom("full")
        decode()

    def counted_find_room(group):
        made.append("room")
        return find_room(group)

    kv.begin, kv.add, kv.decode, scheduler._find_room = counted_begin, counted_add, limited_decode, counted_find_room
    return refused, made


def test_a_guess_moves_nobody_out_of_a_full_cache(eager) -> None:
    """One is paused, the other guesses: where a guess does not fit, the next token alone is computed."""
    engine = eager.engine
    waiting = eager.submit(ask(max_tokens=400))
    eager.until(lambda: len(waiting.tokens) >= 4)
    engine.pause(waiting.number)
    prompt = len(engine._prompts.from_messages(ask().messages, tools=NO_TOOLS, options={}).tokens)
    held = sum(len(one.tokens) for one in engine._cache.residents.values())
    refused, made = short_of_cells(eager, held + prompt + 59)
    answer = eager.submit(ask(max_tokens=400))
    eager.until(lambda: len(answer.tokens) >= 60)
    assert refused
    assert min(refused) > 1
    assert not made
    assert not waiting.ended
    assert not answer.ended
