"""Many requests at once: who is served when, what is computed once, and who may go away."""

from __future__ import annotations

import pytest

from myna.engine.protocols import Sampling, TextRequest
from myna.engine.text import pacing
from myna.errors import EngineError
from myna.messages import assistant, system, user
from myna.testing.tiny_gguf import NEVER_END
from myna.tools import NO_TOOLS

ENDLESS = Sampling(temperature=0, logit_bias=NEVER_END)
LONG = "x" * 400
"""A token a letter, so this takes most of the context of 512."""


def ask(text, *, before=(), **changes):
    fields = {"messages": (*before, user(text)), "sampling": ENDLESS, "max_tokens": 20, "logprobs": 0, **changes}
    return TextRequest(**fields)


@pytest.fixture
def small_chunks(llama):
    return llama(batch=32, shared_batch=16)


def spy_on_batches(engine):
    """Each batch from now on as {sequence: tokens}."""
    kv, batches, current = engine.engine._kv, [], {}
    add, decode = kv.add, kv.decode

    def counted_add(tokens, position, sequence, *, output):
        current[sequence] = current.get(sequence, 0) + len(tokens)
        return add(tokens, position, sequence, output=output)

    def counted_decode():
        batch = dict(current)
        current.clear()
        decode()
        batches.append(batch)

    kv.add, kv.decode = counted_add, counted_decode
    return batches


def test_a_long_prompt_does_not_hold_up_running_answers(small_chunks):
    running = [small_chunks.submit(ask(f"question {number}", max_tokens=100)) for number in range(2)]
    small_chunks.until(lambda: all(len(reply.tokens) >= 1 for reply in running))
    batches = spy_on_batches(small_chunks)
    long = small_chunks.submit(ask(LONG, max_tokens=2))
    small_chunks.until(lambda: long.tokens)
    assert len(batches) >= 400 // 16
    for batch in batches[:-1]:
        # Each running answer got its token in every batch, and the prompt no more than its share.
        assert sorted(batch.values())[:2] == [1, 1]
        assert sum(batch.values()) <= 2 + 16


def test_a_short_question_overtakes_a_long_prompt(small_chunks):
    long = small_chunks.submit(ask(LONG))
    small_chunks.step(2)
    short = small_chunks.submit(ask("hi"))
    small_chunks.until(lambda: short.tokens)
    assert not long.tokens
    small_chunks.run(long, short)


def test_short_questions_do_not_starve_a_long_prompt(small_chunks):
    long = small_chunks.submit(ask(LONG))
    small_chunks.step()
    asked = 0
    while not long.tokens:
        # There is always another short one waiting.
        small_chunks.ask(ask(f"{asked} what", max_tokens=1))
        asked += 1
        assert asked < 200
    assert asked > 5


def test_a_shared_system_prompt_is_computed_once(llama):
    engine = llama()
    before = (system("You are a bird. " * 16),)
    batches = spy_on_batches(engine)
    answers = [engine.submit(ask(f"{number}?", before=before, max_tokens=2)) for number in range(4)]
    engine.run(*answers)
    alone = answers[0].end.usage
    assert alone.cached_tokens == 0
    for answer in answers[1:]:
        assert answer.end.usage.prompt_tokens - answer.end.usage.cached_tokens < 30
    computed = sum(sum(batch.values()) for batch in batches)
    assert computed < alone.prompt_tokens + 3 * 30 + 4 * 2


def test_more_requests_than_places_are_all_served_in_order(llama):
    engine = llama(parallel=2)
    started = []
    answers = [engine.submit(ask(f"{number} " * 5, max_tokens=3)) for number in range(9)]
    while not all(answer.ended for answer in answers):
        engine.step()
        started += [answer.number for answer in answers if answer.tokens and answer.number not in started]
        assert len(engine.engine._scheduler._running) <= 2
    assert started == sorted(started)


def test_cancelling_in_the_middle_of_a_prompt(small_chunks):
    other = small_chunks.submit(ask("hello", max_tokens=30))
    long = small_chunks.submit(ask(LONG))
    small_chunks.step(6)
    assert not long.tokens
    small_chunks.engine.cancel(long.number)
    assert long.ended
    assert long.end.reason == "cancelled"
    assert long.end.usage.completion_tokens == 0
    batches = spy_on_batches(small_chunks)
    small_chunks.run(other)
    assert other.end.usage.completion_tokens == 30
    assert all(batch.keys() == batches[0].keys() and sum(batch.values()) == 1 for batch in batches)


def test_what_a_cancelled_prompt_had_computed_is_not_lost(small_chunks):
    long = small_chunks.submit(ask(LONG))
    small_chunks.step(6)
    small_chunks.engine.cancel(long.number)
    again = small_chunks.ask(ask(LONG))
    assert again.end.usage.cached_tokens == 6 * 32


def test_cancelling_an_answer_frees_its_place(llama):
    engine = llama(parallel=1)
    first = engine.submit(ask("hello", max_tokens=400))
    second = engine.submit(ask("next", max_tokens=5))
    engine.until(lambda: len(first.tokens) >= 10)
    assert not second.tokens
    engine.engine.cancel(first.number)
    assert first.end.reason == "cancelled"
    said = len(first.items)
    engine.run(second)
    assert second.end.usage.completion_tokens == 5
    assert len(first.items) == said


def test_cancelling_one_that_waits(llama):
    engine = llama(parallel=1)
    first, waiting = engine.submit(ask("hello")), engine.submit(ask("later"))
    engine.step()
    engine.engine.cancel(waiting.number)
    assert waiting.end.reason == "cancelled"
    engine.run(first)
    assert first.end.reason == "length"
    assert not engine.engine.step()


@pytest.mark.parametrize("number", [0, 99, -1])
def test_cancelling_what_is_not_there_changes_nothing(llama, number):
    engine = llama()
    answer = engine.submit(ask("hello"))
    engine.step()
    engine.engine.cancel(number)
    engine.run(answer)
    engine.engine.cancel(answer.number)
    assert answer.end.reason == "length"


def test_a_cancelled_follower_does_not_wait_for_its_leader(small_chunks):
    leader, follower = small_chunks.submit(ask(LONG)), small_chunks.submit(ask(LONG + "!"))
    small_chunks.step(3)
    small_chunks.engine.cancel(leader.number)
    small_chunks.run(follower)
    assert follower.end.usage.cached_tokens >= 90


def test_both_branches_of_a_conversation_stay_cached(llama):
    engine = llama()
    history = (user("A question, " * 8),)
    first = engine.ask(TextRequest(messages=history, sampling=ENDLESS, max_tokens=20, logprobs=0))
    # The same question answered again, another way.
    sampled = Sampling(temperature=1.5, seed=3, logit_bias=NEVER_END)
    second = engine.ask(TextRequest(messages=history, sampling=sampled, max_tokens=20, logprobs=0))
    assert first.tokens != second.tokens
    for answer in (first, second, first):
        tokens = (*prompt_of(engine, history), *answer.tokens, 50, 51)
        went_on = engine.ask(TextRequest(tokens=tokens, sampling=ENDLESS, max_tokens=1))
        assert went_on.end.usage.prompt_tokens - went_on.end.usage.cached_tokens <= 3


def prompt_of(engine, messages):
    return engine.engine._prompts.from_messages(messages, tools=NO_TOOLS, options={}).tokens


def test_a_conversation_continues_where_it_was(llama):
    engine = llama()
    first = engine.ask(ask("A question, " * 8))
    history = (user("A question, " * 8), assistant(first.text))
    second = engine.ask(ask("go on", before=history))
    assert second.end.usage.cached_tokens >= first.end.usage.prompt_tokens - 1


def test_clear_forgets_what_was_said(llama):
    engine = llama()
    engine.ask(ask("A secret, " * 8))
    reply = engine.submit(None, "clear")
    assert reply.ended
    assert reply.error is None
    assert engine.ask(ask("A secret, " * 8)).end.usage.cached_tokens == 0


def test_an_idle_engine_has_nothing_to_do(llama):
    engine = llama()
    assert not engine.engine.step()
    engine.ask(ask("hello"))
    engine.idle()
    assert not engine.engine.step()


def test_closing_fails_what_is_under_way(llama):
    engine = llama(parallel=1)
    running, waiting = engine.submit(ask("hello")), engine.submit(ask("later"))
    engine.step(3)
    engine.engine._scheduler.fail_all(EngineError("over"))
    for reply in (running, waiting):
        assert reply.ended
        assert reply.error is not None
        assert reply.error.code == "engine"


def test_memory_of_resting_conversations_has_a_limit(llama):
    engine = llama(initial_cells=512, max_cells=512, parked_mb=1)
    cache = engine.engine._cache
    for number in range(12):
        engine.ask(ask(f"{number} {number}" * 60, max_tokens=2))
        assert cache._parked_size <= 1_000_000
        assert cache._parked_size == sum(len(parked.state) for parked in cache._parked.values())
        assert sum(len(resident.tokens) for resident in cache.residents.values()) <= 512
    assert len(cache._parked) > 1


def at_rest(engine):
    """Tokens of each conversation that rests in the KV cache."""
    return [len(resident.tokens) for resident in engine.engine._cache.residents.values() if not resident.running]


def test_before_a_long_prompt_is_computed_conversations_at_rest_make_room(llama):
    engine = llama()
    engine.ask(ask("z" * 100, max_tokens=1))
    assert at_rest(engine)
    long = engine.submit(ask("y" * 200, max_tokens=3))
    engine.step()
    assert at_rest(engine) == []
    engine.run(long)


def test_before_a_short_prompt_they_stay(llama):
    engine = llama()
    engine.ask(ask("z" * 100, max_tokens=1))
    resting = at_rest(engine)
    short = engine.submit(ask("y", max_tokens=3))
    engine.step()
    assert at_rest(engine)[: len(resting)] == resting
    engine.run(short)


def test_a_conversation_that_made_room_is_continued_all_the_same(llama):
    engine = llama()
    first = engine.ask(ask("z" * 100, max_tokens=4))
    engine.ask(ask("y" * 200, max_tokens=1))
    again = engine.ask(ask("and?", before=(user("z" * 100), assistant(first.text)), max_tokens=1))
    assert again.end.usage.cached_tokens >= 100


def test_a_request_that_is_paused_keeps_its_place_and_is_not_computed(llama):
    engine = llama()
    alone = engine.ask(ask("one", max_tokens=30))
    paused = engine.submit(ask("one", max_tokens=30))
    engine.until(lambda: len(paused.tokens) >= 5)
    engine.engine.pause(paused.number)
    had = len(paused.tokens)
    other = engine.submit(ask("two"))
    engine.run(other)
    # With nobody else to serve, there is nothing to do.
    assert not engine.engine.step()
    assert len(paused.tokens) == had
    engine.engine.resume(paused.number)
    engine.run(paused)
    assert paused.text == alone.text


def test_a_request_that_is_paused_can_be_cancelled(llama):
    engine = llama()
    paused = engine.submit(ask("one", max_tokens=30))
    engine.until(lambda: len(paused.tokens) >= 5)
    engine.engine.pause(paused.number)
    engine.engine.cancel(paused.number)
    assert not engine.engine.step()
    assert len(engine.ask(ask("two")).tokens) == 20


@pytest.fixture
def patient(monkeypatch):
    """No piece of an answer is worth sending by itself after the first few."""
    monkeypatch.setattr(pacing, "INTERVAL_S", 1000.0)
    monkeypatch.setattr(pacing, "EAGER", 4)


def test_text_waits_for_more_and_never_for_a_prompt(llama, patient):
    one = llama()
    running = one.submit(ask("question", max_tokens=200, logprobs=None))
    one.until(lambda: len(running.pieces) == 4)
    one.step(10)
    assert len(running.pieces) == 4
    one.submit(ask(LONG, max_tokens=2))
    one.step()
    assert len(running.pieces) == 5
    assert len(running.text) > len("".join(piece.text for piece in running.pieces[:4])) + 5


@pytest.mark.parametrize("ending", ["pause", "cancel", "fail"])
def test_no_text_is_lost(llama, patient, ending):
    one = llama()
    whole = one.ask(ask("question", max_tokens=40)).text
    running = one.submit(ask("question", max_tokens=40, logprobs=None))
    one.until(lambda: len(running.pieces) == 4)
    one.step(10)
    held = len(running.text)
    if ending == "fail":
        one.engine.close()
    else:
        getattr(one.engine, ending)(running.number)
    assert len(running.text) >= held + 5
    assert whole.startswith(running.text)


def test_what_waits_comes_before_the_end(llama, patient):
    one = llama()
    whole = one.ask(ask("question", max_tokens=40)).text
    reply = one.ask(ask("question", max_tokens=40, logprobs=None))
    assert reply.text == whole
    assert len(reply.pieces) == 5
    assert sum(piece.tokens for piece in reply.pieces) == 40
    assert reply.end.usage.completion_tokens == 40
