"""Guesses of what an answer repeats: when they are made, and that they change nothing but the time."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from myna.engine.protocols import Sampling, TextRequest
from myna.engine.text.speculation import AGAIN_AFTER, LENGTHS, NGRAM, Guesses, StepTimes
from myna.messages import user
from myna.testing.tiny_gguf import NEVER_END
from myna.tools import NO_TOOLS


def times(**costs: float) -> StepTimes:
    """`two=1.2`: a step of a guess of two tokens takes 1.2 times a step without."""
    made = StepTimes()
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
    assert Guesses([1, 2, 3, 7, 1, 2, 3, 8, 1, 2, 3], CHEAP).of([], 1) == [8]


def test_a_guess_that_costs_more_than_it_brings_is_tried_again_after_a_while_only() -> None:
    guesses = Guesses(VERSE * 2, DEAR)
    made = [bool(guesses.of((VERSE * 9)[:count], 8)) for count in range(80)]
    assert made[0]
    assert sum(made) == -(-80 // AGAIN_AFTER)


def test_wrong_guesses_end_and_right_ones_grow() -> None:
    wrong, right = Guesses(VERSE * 2, times(two=1.3, four=1.6, eight=2.2)), Guesses(VERSE * 2, CHEAP)
    for count in range(1, 20):
        wrong.came(len(wrong.of((VERSE * 9)[:count], 8)), 0)
        guess = right.of((VERSE * 9)[:count], 8)
        right.came(len(guess), len(guess))
    assert wrong.of((VERSE * 9)[:20], 8) == []
    assert len(right.of((VERSE * 9)[:20], 8)) == max(LENGTHS)


def test_each_length_is_measured_once_before_it_is_judged() -> None:
    unknown = StepTimes()
    guesses = Guesses(VERSE * 2, unknown)
    unknown.took(1, 1.0)
    lengths = []
    for count in range(1, 4):
        lengths.append(len(guesses.of((VERSE * 9)[:count], 8)))
        unknown.took(1 + lengths[-1], 50.0)
    assert tuple(lengths) == LENGTHS


def test_a_step_is_never_cheaper_than_one_without_a_guess() -> None:
    made = StepTimes()
    assert made.cost(3) is None
    made.took(1, 1.0)
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


@pytest.fixture
def eager(llama, monkeypatch):
    """An engine to which guesses cost nothing."""
    monkeypatch.setattr(StepTimes, "cost", lambda self, tokens: 1.0)
    return llama()


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
def test_answers_are_what_they_are_without(llama, eager, request_) -> None:
    plain = llama(speculate=False).ask(request_)
    guessed = eager.ask(request_)
    assert (guessed.text, guessed.tokens, guessed.end.reason, guessed.end.stop) == (
        plain.text,
        plain.tokens,
        plain.end.reason,
        plain.end.stop,
    )
    assert guessed.end.usage.completion_tokens == plain.end.usage.completion_tokens


def test_what_repeats_takes_fewer_steps(llama, eager) -> None:
    with_guesses, without = counted(eager), counted(plain := llama(speculate=False))
    eager.ask(ask())
    plain.ask(ask())
    assert len(with_guesses) < len(without)
    assert max(with_guesses[1:]) <= 1 + max(LENGTHS)
    assert set(without[1:]) == {1}


def test_the_next_turn_continues_from_the_right_tokens(llama, eager) -> None:
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
    assert warm.text == llama(speculate=False).ask(onward).text


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
