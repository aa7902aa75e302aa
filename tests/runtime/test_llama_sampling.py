"""Every sampler draws, seeds reproduce, biases and penalties do what they say, log-probabilities are right."""

from __future__ import annotations

import math

import numpy as np
import pytest

from myna.engine.protocols import Sampling, TextRequest
from myna.errors import BadInput
from myna.messages import user
from myna.testing.tiny_gguf import NEVER_END, byte_token, vocabulary

SAMPLERS = {
    "temperature": {"temperature": 1.3},
    "hot": {"temperature": 1e4},
    "cold": {"temperature": 1e-6},
    "top_k": {"top_k": 5},
    "no truncation": {"top_k": 0, "top_p": 1.0, "min_p": 0.0},
    "top_p": {"top_p": 0.3},
    "min_p": {"min_p": 0.3},
    "typical": {"typical_p": 0.5},
    "top_n_sigma": {"top_n_sigma": 1.0},
    "xtc": {"xtc_probability": 1.0, "xtc_threshold": 0.05},
    "dynamic temperature": {"dynatemp_range": 0.5, "dynatemp_exponent": 1.5},
    "repeat": {"repeat_penalty": 1.3},
    "frequency": {"frequency_penalty": 0.5},
    "presence": {"presence_penalty": 0.5},
    "whole context": {"repeat_penalty": 1.1, "penalty_last_n": -1},
    "no window": {"repeat_penalty": 1.1, "penalty_last_n": 0},
    "dry": {"dry_multiplier": 0.8},
    "dry without breakers": {"dry_multiplier": 0.8, "dry_breakers": ()},
    "dry, bounded": {"dry_multiplier": 0.8, "dry_penalty_last_n": 8},
    "mirostat 1": {"mirostat": 1},
    "mirostat 2": {"mirostat": 2},
    "adaptive": {"adaptive_target": 0.4},
    "biased": {"logit_bias": {byte_token(65): 3.0}},
    "everything": {
        "top_k": 30,
        "top_p": 0.9,
        "min_p": 0.02,
        "typical_p": 0.95,
        "top_n_sigma": 2.0,
        "xtc_probability": 0.3,
        "dynatemp_range": 0.2,
        "repeat_penalty": 1.1,
        "frequency_penalty": 0.1,
        "presence_penalty": 0.1,
        "dry_multiplier": 0.5,
    },
}


def ask(**sampling):
    bias = {**NEVER_END, **sampling.pop("logit_bias", {})}
    chosen = {"temperature": 1.0, **sampling, "logit_bias": bias}
    return TextRequest(messages=(user("Say"),), sampling=Sampling(**chosen), max_tokens=24, logprobs=3)


@pytest.mark.parametrize("name", SAMPLERS)
def test_every_sampler_draws_and_its_seed_reproduces(llama, name):
    engine = llama()
    first, again = (engine.ask(ask(seed=5, **SAMPLERS[name])) for _ in range(2))
    assert first.end.usage.completion_tokens == 24
    assert first.tokens == again.tokens
    assert first.text == again.text
    others = [engine.ask(ask(seed=seed, **SAMPLERS[name])).tokens for seed in (6, 7)]
    if name != "cold":
        assert any(tokens != first.tokens for tokens in others)


@pytest.mark.parametrize("seed", [0, 1, 2**31, 2**32 - 1, 2**32, 2**63 - 1, -1, -(2**31)])
def test_any_integer_is_a_seed(llama, seed):
    engine = llama()
    first, again = (engine.ask(ask(seed=seed)) for _ in range(2))
    assert first.tokens == again.tokens
    # What is told reproduces it too.
    assert engine.ask(ask(seed=first.end.seed)).tokens == first.tokens


def test_temperature_zero_takes_the_likeliest(llama):
    answer = llama().ask(ask(temperature=0))
    assert all(entry.token == entry.top[0][0] for entry in answer.logprobs if entry.top[0][0] not in NEVER_END)


def test_greedy_does_not_depend_on_the_seed(llama):
    engine = llama()
    assert engine.ask(ask(temperature=0, seed=1)).tokens == engine.ask(ask(temperature=0, seed=2)).tokens


def test_a_bias_forbids(llama):
    engine = llama()
    forbidden = set(engine.ask(ask(temperature=0)).tokens)
    answer = engine.ask(ask(temperature=0, logit_bias=dict.fromkeys(forbidden, -1000.0)))
    assert not forbidden & set(answer.tokens)


def test_minus_a_hundred_forbids(llama):
    everything_else = {token: -100.0 for token in range(len(vocabulary())) if token != byte_token(ord("Q"))}
    assert llama().ask(ask(temperature=1.0, logit_bias=everything_else)).text == "Q" * 24


def test_a_bias_forces(llama):
    assert llama().ask(ask(temperature=0, logit_bias={byte_token(ord("Z")): 1000.0})).text == "Z" * 24


@pytest.mark.parametrize("token", [-1, 10**6, 2**31, 2**40, -(2**40)])
def test_a_bias_for_a_token_that_is_not_there_changes_nothing(llama, token):
    engine = llama()
    assert engine.ask(ask(seed=3, logit_bias={token: 50.0})).tokens == engine.ask(ask(seed=3)).tokens


@pytest.mark.parametrize(
    "penalty", [{"frequency_penalty": 200.0}, {"presence_penalty": 200.0}, {"repeat_penalty": 1e6}]
)
def test_penalties_stop_repetition(llama, penalty):
    bias = {byte_token(ord("a")): 100.0}
    engine = llama()
    assert len(set(engine.ask(ask(temperature=0, logit_bias=bias)).tokens)) == 1
    answer = engine.ask(ask(temperature=0, logit_bias=bias, penalty_last_n=-1, **penalty))
    assert len(set(answer.tokens)) > 12


def test_penalties_see_the_prompt(llama):
    engine = llama()
    (plain,) = engine.ask(
        TextRequest(prompt="abcabcabcabc", sampling=Sampling(temperature=0), max_tokens=1, logprobs=0)
    ).tokens
    piece = engine.engine._vocabulary.piece(plain).decode("latin-1")
    prompt = TextRequest(
        tokens=(*engine.engine._vocabulary.tokenize("abcabcabcabc", special=False), plain),
        sampling=Sampling(temperature=0, presence_penalty=1000.0, logit_bias={plain: 100.0}),
        max_tokens=4,
        logprobs=0,
    )
    assert plain not in engine.ask(prompt).tokens, piece


def test_dry_breaks_a_loop(llama):
    engine = llama()
    tokens = tuple(map(byte_token, b"abcdefgh" * 12))
    bias = {byte_token(byte): 8.0 for byte in b"abcdefgh"}

    def go_on(**sampling):
        chosen = Sampling(temperature=0, logit_bias=bias, dry_breakers=(), **sampling)
        return engine.ask(TextRequest(tokens=tokens, sampling=chosen, max_tokens=24, logprobs=0)).tokens

    def longest_run(answer):
        looped = bytes(b"abcdefgh" * 20)
        said = bytes(token - 3 if 3 <= token < 259 else 0 for token in answer)
        return max((n for at in range(24) for n in range(24 - at + 1) if said[at : at + n] in looped), default=0)

    assert longest_run(go_on(dry_multiplier=100.0)) <= max(3, longest_run(go_on()))
    assert longest_run(go_on(dry_multiplier=100.0)) <= 4


@pytest.mark.parametrize(
    "values",
    [
        {"temperature": math.nan},
        {"temperature": math.inf},
        {"temperature": -3.0},
        {"top_k": -5},
        {"top_k": 10**9},
        {"top_p": 0.0},
        {"top_p": -1.0},
        {"min_p": 2.0},
        {"typical_p": 0.0},
        {"xtc_probability": 5.0, "xtc_threshold": 0.0},
        {"repeat_penalty": 0.0},
        {"repeat_penalty": math.nan},
        {"frequency_penalty": math.inf},
        {"penalty_last_n": -100, "repeat_penalty": 1.1},
        {"penalty_last_n": 2**31, "repeat_penalty": 1.1},
        {"dry_multiplier": 1.0, "dry_base": 0.0},
        {"dry_multiplier": 1.0, "dry_allowed_length": -1},
        {"dry_multiplier": 1.0, "dry_breakers": ("",)},
        {"dry_multiplier": 1.0, "dry_breakers": ("x" * 100_000, "\0", "你")},
        {"mirostat": 7},
        {"mirostat": 1, "mirostat_tau": -1.0},
        {"mirostat": 2, "mirostat_eta": math.nan},
        {"adaptive_target": 5.0, "adaptive_decay": 2.0},
        {"logit_bias": {4: math.nan}},
        {"logit_bias": {4: math.inf}},
        {"logit_bias": {4: -math.inf}},
        {"logit_bias": dict.fromkeys(range(274), -math.inf)},
        {"dynatemp_range": -1.0, "dynatemp_exponent": math.nan},
        {"top_n_sigma": math.nan},
        {"top_k": 2**40},
    ],
    ids=repr,
)
def test_senseless_values_are_refused_or_harmless(llama, values):
    """Never a dead process, and whoever shares the model does not notice."""
    engine = llama()
    other = engine.submit(ask(seed=1))
    answer = engine.submit(ask(seed=2, **values))
    engine.run(answer, other)
    if answer.error is None:
        assert answer.end.reason in {"stop", "length"}
    else:
        assert answer.error.code == "bad-input"
    assert other.tokens == llama().ask(ask(seed=1)).tokens


# log-probabilities


@pytest.fixture
def spied(llama):
    """An engine, and the logits that each drawn token was drawn from."""
    engine = llama()
    seen = []
    logits = engine.engine._kv.logits

    def spy(row):
        seen.append(np.array(logits(row)))
        return logits(row)

    engine.engine._kv.logits = spy
    return engine, seen


@pytest.mark.parametrize("top", [0, 1, 5, 20])
def test_logprobs_are_the_log_softmax_of_the_model(spied, top):
    engine, seen = spied
    sampled = Sampling(temperature=1.0, seed=4, logit_bias=NEVER_END)
    answer = engine.ask(TextRequest(messages=(user("Hi"),), sampling=sampled, max_tokens=12, logprobs=top))
    assert len(answer.logprobs) == 12 == len(seen)
    for entry, logits in zip(answer.logprobs, seen, strict=True):
        exact = logits.astype(np.float64)
        exact = exact - np.log(np.exp(exact).sum())
        assert entry.logprob == pytest.approx(exact[entry.token], abs=1e-5)
        assert [token for token, _, _ in entry.top] == np.argsort(-exact, kind="stable")[:top].tolist()
        assert [value for _, _, value in entry.top] == pytest.approx(sorted(exact, reverse=True)[:top], abs=1e-5)


def test_all_probabilities_together_are_one(spied):
    engine, _ = spied
    answer = engine.ask(ask(seed=1))
    for entry in answer.logprobs:
        assert 0 < sum(math.exp(value) for _, _, value in entry.top) <= 1 + 1e-9
        assert entry.logprob <= entry.top[0][2] <= 0


@pytest.mark.parametrize("top", [21, 10**9])
def test_alternatives_have_a_limit(llama, top):
    request = TextRequest(messages=(user("Hi"),), sampling=Sampling(temperature=0), max_tokens=3, logprobs=top)
    assert {len(entry.top) for entry in llama().ask(request).logprobs} == {20}


def test_a_negative_number_of_alternatives_is_refused(llama):
    with pytest.raises(BadInput, match="logprobs"):
        llama().ask(TextRequest(messages=(user("Hi"),), logprobs=-1))


def test_without_logprobs_there_are_none(llama):
    answer = llama().ask(TextRequest(messages=(user("Hi"),), sampling=Sampling(temperature=0), max_tokens=8))
    assert answer.logprobs == []


def test_every_token_has_its_logprob_also_when_text_is_held_back(llama):
    held = TextRequest(
        messages=(user("Hi"),),
        sampling=Sampling(temperature=0),
        grammar='root ::= "你好👩‍👩‍👧!"',
        stop=("!?",),
        logprobs=0,
    )
    answer = llama().ask(held)
    assert answer.text == "你好👩‍👩‍👧!"
    assert len(answer.logprobs) == answer.end.usage.completion_tokens


def test_a_request_that_chooses_no_temperature_gets_the_models(llama):
    engine = llama(temperature=0)

    def tokens(**chosen):
        sampling = Sampling(logit_bias=NEVER_END, **chosen)
        request = TextRequest(messages=(user("Say"),), sampling=sampling, max_tokens=24, logprobs=0)
        return engine.ask(request).tokens

    greedy = tokens(temperature=0)
    assert tokens(seed=1) == tokens(seed=2) == greedy
    assert tokens(seed=1, temperature=2.0) != greedy
