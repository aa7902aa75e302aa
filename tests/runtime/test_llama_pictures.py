"""Pictures in prompts: computed as llama.cpp computes them, once, and beside whatever else is answered."""

from __future__ import annotations

import threading

import pytest

from myna.engine.protocols import CountRequest, TextRequest
from myna.messages import assistant, system
from seeing import KINDS, about, as_llama_cpp_answers, contents, picture, says, sha, write

ONE, TWO = picture(1), picture(2, 64, 64)
WAIT_S = 10.0


@pytest.fixture(scope="session")
def models(tmp_path_factory):
    folder = tmp_path_factory.mktemp("seeing")
    return {kind: write(folder, kind) for kind in KINDS}


@pytest.fixture
def sees(llama, models):
    """`sees(kind, option=value, ...)` loads a model that can see."""
    return lambda kind="janus_pro", **options: llama(**models[kind], **options)


@pytest.fixture
def encoded(monkeypatch):
    """The pictures that were really encoded, by width."""
    from myna.engine.llama.sight import Sight

    seen = []
    encode = Sight.encode

    def counted(self, layout, pixels, go_on):
        seen.append(pixels.shape[1])
        return encode(self, layout, pixels, go_on)

    monkeypatch.setattr(Sight, "encode", counted)
    return seen


class Gate:
    """Holds encoders until it is opened."""

    def __init__(self):
        self.reached = threading.Event()
        self.opened = threading.Event()

    def open(self):
        self.opened.set()


@pytest.fixture
def gate(monkeypatch, encoded):
    from myna.engine.llama.sight import Sight

    gate, encode = Gate(), Sight.encode

    def held(self, layout, pixels, go_on):
        gate.reached.set()
        assert gate.opened.wait(WAIT_S)
        return encode(self, layout, pixels, go_on)

    monkeypatch.setattr(Sight, "encode", held)
    yield gate
    gate.open()


def fresh(answer):
    """Tokens that were computed for it, not reused."""
    return answer.end.usage.prompt_tokens - answer.end.usage.cached_tokens


# what is computed


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("options", [{}, {"batch": 40, "shared_batch": 24}], ids=["large chunks", "small chunks"])
def test_the_answer_is_the_one_that_llama_cpp_gives(sees, models, kind, options):
    answer = sees(kind, **options).ask(about("One ", ONE, "and ", TWO, " differ?", max_tokens=8))
    rendered = "<|im_start|>user\nOne <__media__>and <__media__> differ?<|im_end|>\n<|im_start|>assistant\n"
    assert answer.tokens == as_llama_cpp_answers(models[kind], rendered, [ONE, TWO], 8)


@pytest.mark.parametrize("kind", KINDS)
def test_pictures_stand_where_they_were_shown(sees, kind):
    engine = sees(kind)
    asked = [("what ", ONE, TWO), ("what ", TWO, ONE), (ONE, "what ", TWO)]
    answers = [engine.ask(about(*parts, max_tokens=12)).tokens for parts in asked]
    assert len({tuple(answer) for answer in answers}) == len(asked)


def test_pictures_anywhere_in_a_conversation(sees):
    engine = sees()
    before = (system("Be short."), says("user", ONE, "first"), assistant("well"), says("user", "and", TWO))
    asked = about("so?", before=(*before, assistant("hm")), images=contents(ONE, TWO))
    assert engine.ask(asked).end.usage.prompt_tokens > 2 * 16


# computed once


@pytest.mark.parametrize("kind", KINDS)
def test_a_second_question_about_a_picture_neither_encodes_nor_computes_it_again(sees, encoded, kind):
    engine = sees(kind)
    first = engine.ask(about(ONE, "what?"))
    assert first.end.timings["see"] > 0
    again = about("and?", before=(says("user", ONE, "what?"), assistant(first.text)), images=contents(ONE))
    second = engine.ask(again)
    assert encoded == [40]
    assert "see" not in second.end.timings
    assert second.end.usage.cached_tokens >= first.end.usage.prompt_tokens - 1
    assert second.tokens == sees(kind).ask(again).tokens


@pytest.mark.parametrize("kind", KINDS)
def test_another_question_about_the_same_picture_starts_after_it(sees, kind):
    engine = sees(kind)
    engine.ask(about(ONE, "what?"))
    other = engine.ask(about(ONE, "Zebra?"))
    assert fresh(other) <= 30
    assert other.tokens == sees(kind).ask(about(ONE, "Zebra?")).tokens


def test_a_picture_behind_another_text_is_computed_but_not_encoded_again(sees, encoded):
    engine = sees()
    engine.ask(about("first ", ONE))
    other = engine.ask(about("Second ", ONE))
    assert encoded == [40]
    assert fresh(other) > 16
    assert other.tokens == sees().ask(about("Second ", ONE)).tokens


@pytest.mark.parametrize("kind", KINDS)
def test_another_picture_of_the_same_size_is_not_taken_for_it(sees, encoded, kind):
    engine = sees(kind)
    engine.ask(about(ONE, "what?"))
    other = engine.ask(about(picture(7), "what?"))
    assert other.tokens == sees(kind).ask(about(picture(7), "what?")).tokens
    assert fresh(other) > 4
    assert len(encoded) == 3


def test_without_memory_for_results_each_conversation_encodes(sees, encoded):
    engine = sees(picture_cache_mb=0)
    engine.ask(about("first ", ONE))
    engine.ask(about("Second ", ONE))
    assert len(encoded) == 2


def test_clear_forgets_pictures(sees, encoded):
    engine = sees()
    engine.ask(about(ONE, "what?"))
    engine.submit(None, "clear")
    assert engine.ask(about(ONE, "what?")).end.usage.cached_tokens == 0
    assert len(encoded) == 2


@pytest.mark.parametrize("kind", KINDS)
def test_a_conversation_with_pictures_that_made_room_is_continued(sees, kind):
    engine = sees(kind)
    first = engine.ask(about(ONE, "what?"))
    engine.ask(about("y" * 200))  # long enough that all at rest leave the cache
    again = about("and?", before=(says("user", ONE, "what?"), assistant(first.text)), images=contents(ONE))
    second = engine.ask(again)
    assert second.end.usage.cached_tokens >= first.end.usage.prompt_tokens - 1
    assert second.tokens == sees(kind).ask(again).tokens


@pytest.mark.parametrize("kind", KINDS)
def test_requests_that_must_give_way_end_with_the_same_answers(sees, kind):
    asked = [about(f"{number}", ONE, "?" * 60, max_tokens=100) for number in range(4)]
    alone = [sees(kind).ask(request).tokens for request in asked]
    crowded = sees(kind, initial_cells=256, max_cells=512)
    replies = [crowded.submit(request) for request in asked]
    crowded.run(*replies)
    assert [reply.tokens for reply in replies] == alone


def test_the_system_prompt_before_a_picture_is_kept_on_disk_without_it(sees, tmp_path):
    before = (system("You are a bird. " * 12),)
    first = sees(cache_dir=tmp_path)
    first.ask(about(ONE, "what?", before=before))
    first.idle()
    (state,) = (tmp_path / "prefixes").glob("*.state")
    second = sees(cache_dir=tmp_path).ask(about(TWO, "what?", before=before))
    assert 128 <= second.end.usage.cached_tokens < second.end.usage.prompt_tokens - 16
    assert state.stat().st_size > 0


# beside other work


def test_others_are_answered_while_a_picture_is_encoded(sees, gate):
    engine = sees()
    looking = engine.submit(about(ONE, "what?"))
    engine.until(gate.reached.is_set)
    other = engine.ask(about("hello", max_tokens=40))
    assert len(other.tokens) == 40
    assert not looking.items
    gate.open()
    engine.run(looking)
    assert looking.tokens == sees().ask(about(ONE, "what?")).tokens


def test_an_answer_under_way_goes_on_while_a_large_picture_is_computed(sees):
    engine = sees("idefics3", shared_batch=8)
    running = engine.submit(about("hello", max_tokens=100))
    engine.until(lambda: running.tokens)
    looking = engine.submit(about(ONE, "what?"))
    said = len(running.tokens)
    engine.until(lambda: looking.tokens)
    # Four tiles and an overview of four tokens each, and the text around them, at most eight tokens a step.
    assert len(running.tokens) - said >= 5
    engine.run(running)


def test_two_conversations_with_one_new_picture_encode_it_once(sees, encoded):
    engine = sees()
    replies = [engine.submit(about(f"{number} is ", ONE)) for number in range(3)]
    engine.run(*replies)
    assert encoded == [40]
    assert all(reply.end.reason == "length" for reply in replies)


def test_cancelling_while_a_picture_is_encoded_is_answered_at_once(sees, gate, encoded):
    engine = sees()
    looking = engine.submit(about(ONE, "what?"))
    engine.until(gate.reached.is_set)
    engine.engine.cancel(looking.number)
    assert looking.end.reason == "cancelled"
    assert looking.end.usage.completion_tokens == 0
    assert not engine.engine.step()
    # What was under way is finished, and known to whoever asks next.
    gate.open()
    assert len(engine.ask(about(ONE, "what?")).tokens) == 6
    assert encoded == [40]


def test_a_picture_that_only_a_cancelled_request_wanted_is_not_encoded(sees, gate, encoded):
    engine = sees()
    first = engine.submit(about(ONE, "what?"))
    engine.until(gate.reached.is_set)
    second = engine.submit(about(TWO, "what?"))
    engine.step()
    engine.engine.cancel(second.number)
    gate.open()
    engine.run(first)
    engine.ask(about("hello"))
    assert encoded == [40]


def test_closing_while_a_picture_is_encoded(sees, gate, monkeypatch):
    monkeypatch.setattr("myna.engine.llama.pictures.CLOSE_S", 0.05)
    engine = sees()
    looking = engine.submit(about(ONE, "what?"))
    engine.until(gate.reached.is_set)
    engine.engine.close()
    assert looking.ended
    gate.open()


# counting


def test_pictures_are_counted_by_what_they_become(sees):
    engine = sees("qwen2vl_merger")
    messages = (says("user", ONE, "what?"),)
    unknown = engine.ask(CountRequest(messages), "count").items[0]
    assert unknown.unseen == (sha(ONE),)
    counted = engine.ask(CountRequest(messages, images=contents(ONE)), "count").items[0]
    assert counted.unseen == ()
    assert counted.tokens > unknown.tokens
    # Known from now on.
    assert engine.ask(CountRequest(messages), "count").items[0] == counted
    asked = engine.ask(TextRequest(messages=messages, images=contents(ONE), max_tokens=1))
    assert asked.end.usage.prompt_tokens == counted.tokens


def test_counting_encodes_nothing(sees, encoded):
    engine = sees()
    engine.ask(CountRequest((says("user", ONE),), images=contents(ONE)), "count")
    assert encoded == []


def test_text_is_computed_as_without_a_projector(sees, llama, models):
    asked = about("hello")
    assert sees().ask(asked).tokens == llama(model=models["janus_pro"]["model"]).ask(asked).tokens
