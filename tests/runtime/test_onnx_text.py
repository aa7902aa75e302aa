"""ONNX text models on a tiny graph in both layouts: the answers of llama.cpp with the same weights, many at once."""

from __future__ import annotations

import json

import numpy as np
import pytest

from myna.engine.protocols import CountRequest, Lora, Sampling, TextRequest, TokenizeRequest
from myna.errors import BadGrammar, BadInput, EngineError, Missing, PromptTooLong
from myna.messages import Attachment, Image, Message, Text, assistant, system, user
from myna.testing.tiny_gguf import IM_END, NEVER_END, byte_token

LAYOUTS = ("joined", "shared")
ENDLESS = Sampling(temperature=0, logit_bias=NEVER_END)
QUESTIONS = ("hello", "what is the 123?", "Übung und 你好", "the user and the answer " * 4, "x")
LONG = "x" * 400
"""A token a letter, so this takes most of the context of 512."""

pytestmark = pytest.mark.filterwarnings("error")


def ask(text, *, before=(), **changes):
    fields = {"messages": (*before, user(text)), "sampling": ENDLESS, "max_tokens": 20, "logprobs": 0, **changes}
    return TextRequest(**fields)


@pytest.fixture(params=[(layout, place) for layout in LAYOUTS for place in ("host", "device")], ids="-".join)
def kept(request, monkeypatch):
    """A layout, with keys and values where a GPU keeps them, or in the machine's memory."""
    layout, place = request.param
    if place == "device":
        from myna.engine.onnx import load

        # All is done as with a GPU; the device is the processor. Nothing falls back unseen.
        monkeypatch.setitem(load.KV_DEVICES, "cpu", "cpu")
        monkeypatch.setattr(load, "HostMemory", None)
    return layout


@pytest.fixture
def engine(kept, onnx_text):
    return onnx_text(kept)


@pytest.fixture
def load(kept, onnx_text):
    return lambda **options: onnx_text(kept, **options)


def test_the_layout_is_found_out_without_being_told(onnx_text):
    assert [onnx_text(layout).engine.info.details["layout"] for layout in LAYOUTS] == list(LAYOUTS)


@pytest.mark.parametrize("question", QUESTIONS)
def test_the_same_weights_give_the_same_answer_as_llama_cpp(engine, llama, question):
    ours, theirs = engine.ask(ask(question, max_tokens=32)), llama().ask(ask(question, max_tokens=32))
    assert ours.tokens == theirs.tokens
    assert len(ours.tokens) == 32
    assert ours.text == theirs.text
    # llama.cpp keeps keys and values in half precision.
    assert [one.logprob for one in ours.logprobs] == pytest.approx([one.logprob for one in theirs.logprobs], abs=0.02)
    assert ours.end.usage == theirs.end.usage


@pytest.mark.parametrize("special", [False, True])
@pytest.mark.parametrize("text", ["and the user", "<|im_end|> 1,060", "tabs\t\n  and 🙂", ""])
def test_the_same_words_as_llama_cpp(engine, llama, text, special):
    request = TokenizeRequest(text, special)
    assert engine.ask(request, "tokenize").items == llama().ask(request, "tokenize").items


def test_every_token_is_the_same_bytes_as_in_llama_cpp(engine, llama):
    ours, theirs = engine.engine._vocabulary, llama().engine._vocabulary
    assert ours.size == theirs.size
    for token in range(ours.size):
        assert ours.piece(token) == theirs.piece(token)
        assert ours.piece(token, special=True) == theirs.piece(token, special=True)
        assert (ours.ends(token), ours.is_control(token)) == (theirs.ends(token), theirs.is_control(token))
    assert (ours.bos, ours.eos) == (theirs.bos, theirs.eos)


def test_a_conversation_is_counted_as_llama_cpp_counts_it(engine, llama):
    request = CountRequest((system("be brief"), user("<|im_start|> is no word of mine"), assistant("no")))
    assert engine.ask(request, "count").items == llama().ask(request, "count").items


def test_many_at_once_answer_as_each_alone(engine):
    alone = [engine.ask(ask(question)).tokens for question in QUESTIONS]
    engine.ask(None, "clear")
    together = [engine.submit(ask(question)) for question in QUESTIONS]
    engine.run(*together)
    assert [reply.tokens for reply in together] == alone


def test_who_joins_and_who_leaves_changes_nothing_for_the_others(engine):
    alone = [engine.ask(ask(question, max_tokens=40)).tokens for question in QUESTIONS[:3]]
    engine.ask(None, "clear")
    first = engine.submit(ask(QUESTIONS[0], max_tokens=40))
    engine.until(lambda: len(first.tokens) >= 5)
    second, short = engine.submit(ask(QUESTIONS[1], max_tokens=40)), engine.submit(ask("bye", max_tokens=3))
    engine.until(lambda: short.ended)
    third, gone = engine.submit(ask(QUESTIONS[2], max_tokens=40)), engine.submit(ask("gone", max_tokens=40))
    engine.until(lambda: len(gone.tokens) >= 4)
    engine.engine.cancel(gone.number)
    engine.run(first, second, third)
    assert [reply.tokens for reply in (first, second, third)] == alone
    assert gone.end.reason == "cancelled"


def test_a_step_decodes_all_answers_in_one_run(engine, monkeypatch):
    replies = [engine.submit(ask(question)) for question in QUESTIONS[:4]]
    engine.until(lambda: all(len(reply.tokens) >= 2 for reply in replies))
    shapes = []
    run = engine.engine._runner.run

    def noted(ids, *arrays, last):
        shapes.append(ids.shape)
        return run(ids, *arrays, last=last)

    monkeypatch.setattr(engine.engine._runner, "run", noted)
    engine.step(3)
    assert shapes == [(4, 1)] * 3


def test_a_long_prompt_is_computed_between_the_steps_of_an_answer(load):
    engine = load(batch=64, shared_batch=16)
    running = engine.submit(ask("hello", max_tokens=60))
    engine.until(lambda: running.tokens)
    before = len(running.tokens)
    long = engine.submit(ask(LONG, max_tokens=2))
    engine.until(lambda: long.tokens)
    assert len(running.tokens) - before >= 400 // 16


def test_prompts_in_pieces_give_what_whole_ones_give(load):
    assert load(batch=7).ask(ask(QUESTIONS[3])).tokens == load(batch=512).ask(ask(QUESTIONS[3])).tokens


def test_a_cancel_in_the_middle_of_a_prompt_is_seen_after_one_step(load):
    engine = load(batch=16)
    reply = engine.submit(ask(LONG))
    engine.step(2)
    engine.engine.cancel(reply.number)
    assert reply.end.reason == "cancelled"
    assert not engine.engine.step()


def test_a_second_turn_starts_from_the_first(load):
    first = load().ask(ask("what is the answer"))
    before = (user("what is the answer"), assistant(first.text))
    engine = load()
    engine.ask(ask("what is the answer"))
    warm = engine.ask(ask("and then", before=before))
    cold = load().ask(ask("and then", before=before))
    assert cold.end.usage.cached_tokens == 0
    assert warm.end.usage.cached_tokens > 20
    assert warm.tokens == cold.tokens


def test_a_shared_beginning_is_computed_once(load):
    engine = load()
    rules = system("always answer in the same way " * 4)
    alone = [load().ask(ask(text, before=(rules,))).tokens for text in "ab"]
    replies = [engine.submit(ask(text, before=(rules,))) for text in "ab"]
    engine.run(*replies)
    assert [reply.tokens for reply in replies] == alone
    assert max(reply.end.usage.cached_tokens for reply in replies) > 100


def test_conversations_that_were_moved_to_memory_come_back(load):
    engine = load(resting_cells=0, parallel=1)
    questions = [f"question number {number} of many" for number in range(8)]
    first = [engine.ask(ask(text, max_tokens=4)).text for text in questions]
    again = engine.ask(ask("more", before=(user(questions[0]), assistant(first[0]))))
    cold = load().ask(ask("more", before=(user(questions[0]), assistant(first[0]))))
    assert again.end.usage.cached_tokens > 20
    assert again.tokens == cold.tokens


def test_the_state_of_a_system_prompt_survives_a_restart(load, tmp_path):
    rules = system("be kind and brief " * 12)
    engine = load(cache_dir=tmp_path)
    cold = engine.ask(ask("hello", before=(rules,)))
    engine.idle()
    assert list(tmp_path.rglob("*.state"))
    warm = load(cache_dir=tmp_path).ask(ask("hello", before=(rules,)))
    assert (cold.end.usage.cached_tokens, warm.end.usage.cached_tokens > 100) == (0, True)
    assert warm.tokens == cold.tokens


def test_a_damaged_state_is_not_used(load, tmp_path):
    rules = system("be kind and brief " * 12)
    engine = load(cache_dir=tmp_path)
    cold = engine.ask(ask("hello", before=(rules,)))
    engine.idle()
    for path in tmp_path.rglob("*.state"):
        path.write_bytes(path.read_bytes()[:-7])
    again = load(cache_dir=tmp_path).ask(ask("hello", before=(rules,)))
    assert again.end.usage.cached_tokens == 0
    assert again.tokens == cold.tokens


def test_rows_lengthen_in_the_middle_of_an_answer(onnx_text):
    short, long = onnx_text("shared", first_rows=16), onnx_text("shared", first_rows=512)
    replies = [[engine.submit(ask(text, max_tokens=60)) for text in QUESTIONS[:3]] for engine in (short, long)]
    for engine, those in zip((short, long), replies, strict=True):
        engine.run(*those)
    assert [reply.tokens for reply in replies[0]] == [reply.tokens for reply in replies[1]]


def test_when_cells_run_out_the_newest_waits_and_all_are_answered(load):
    alone = [load().ask(ask(f"{number} " + "y" * 150, max_tokens=60)).tokens for number in range(4)]
    engine = load(max_cells=600, first_rows=128)
    replies = [engine.submit(ask(f"{number} " + "y" * 150, max_tokens=60)) for number in range(4)]
    engine.run(*replies)
    assert [reply.tokens for reply in replies] == alone


def test_an_answer_ends_where_the_context_does(engine):
    reply = engine.ask(ask(LONG, max_tokens=0))
    assert reply.end.reason == "length"
    assert reply.end.usage.prompt_tokens + reply.end.usage.completion_tokens == 512


def test_a_prompt_that_does_not_fit_is_refused(engine):
    with pytest.raises(PromptTooLong):
        engine.ask(ask("x" * 600))


def test_a_paused_request_keeps_its_place(engine):
    paused, other = engine.submit(ask("one", max_tokens=30)), engine.submit(ask("two", max_tokens=30))
    engine.until(lambda: len(paused.tokens) >= 3)
    engine.engine.pause(paused.number)
    engine.run(other)
    assert not paused.ended
    engine.engine.resume(paused.number)
    engine.run(paused)
    assert paused.tokens == load_alone(engine, "one")


def load_alone(engine, text):
    engine.ask(None, "clear")
    return engine.ask(ask(text, max_tokens=30)).tokens


def test_the_end_token_ends_an_answer(engine):
    reply = engine.ask(ask("hello", sampling=Sampling(temperature=0, logit_bias={IM_END: 1000.0})))
    assert (reply.end.reason, reply.text) == ("stop", "")


def test_a_stop_string_ends_an_answer_before_it(engine):
    whole = engine.ask(ask("hello", max_tokens=40)).text
    stop = whole[5:8]
    reply = engine.ask(ask("hello", max_tokens=40, stop=(stop,)))
    assert (reply.text, reply.end.stop) == (whole[: whole.index(stop)], stop)


def test_characters_arrive_whole(engine):
    letters = {byte_token(byte): 500.0 for byte in "好".encode()}
    reply = engine.ask(ask("hello", sampling=Sampling(temperature=0, logit_bias=letters), max_tokens=12))
    for piece in reply.pieces:
        piece.text.encode()
    assert len(reply.tokens) == 12


SAMPLERS = {
    "temperature": {"temperature": 1.3},
    "top_k": {"top_k": 5},
    "top_p": {"top_p": 0.3},
    "min_p": {"min_p": 0.3},
    "typical": {"typical_p": 0.5},
    "xtc": {"xtc_probability": 1.0, "xtc_threshold": 0.05},
    "repeat": {"repeat_penalty": 1.3},
    "frequency and presence": {"frequency_penalty": 0.5, "presence_penalty": 0.5},
    "mirostat": {"mirostat": 2},
}


@pytest.mark.parametrize("name", SAMPLERS)
def test_the_same_logits_and_seed_draw_what_llama_cpp_draws(engine, llama, name, monkeypatch):
    """Both engines are given logits that are the same to the last bit."""
    sampling = Sampling(**{"temperature": 1.0, "seed": 7, "logit_bias": NEVER_END, **SAMPLERS[name]})
    drawn = []
    for one in (engine, llama()):
        random = np.random.default_rng(3)
        given = random.normal(0, 3, (64, one.engine._vocabulary.size)).astype(np.float32)
        rows = iter(given)
        monkeypatch.setattr(one.engine._kv, "logits", lambda row, rows=rows: next(rows))
        drawn.append(one.ask(ask("Say", sampling=sampling, max_tokens=48)).tokens)
    assert drawn[0] == drawn[1]
    assert len(set(drawn[0])) > 3


def test_seeds_reproduce_and_differ(engine):
    def text(seed):
        engine.ask(None, "clear")
        sampling = Sampling(temperature=1.5, seed=seed, logit_bias=NEVER_END)
        return engine.ask(ask("hello", sampling=sampling)).text

    assert text(1) == text(1) != text(2)


def test_a_sampler_that_needs_llama_cpps_vocabulary_is_refused(engine):
    with pytest.raises(BadInput, match="DRY"):
        engine.ask(ask("hello", sampling=Sampling(dry_multiplier=0.8)))


SCHEMA = {
    "type": "object",
    "properties": {"name": {"type": "string", "maxLength": 8}, "age": {"type": "integer", "minimum": 3, "maximum": 9}},
    "required": ["name", "age"],
}


@pytest.mark.parametrize("seed", range(3))
def test_an_answer_fits_its_schema(engine, seed):
    sampling = Sampling(temperature=1.5, seed=seed)
    reply = engine.ask(ask("a cat", sampling=sampling, schema=json.dumps(SCHEMA), max_tokens=100))
    found = json.loads(reply.text)
    assert reply.end.reason == "stop"
    assert set(found) == {"name", "age"}
    assert 3 <= found["age"] <= 9
    assert len(found["name"]) <= 8


def test_near_its_limit_a_document_is_closed(engine):
    schema = {"type": "object", "properties": {"text": {"type": "string"}}, "required": ["text"]}
    reply = engine.ask(
        ask("a cat", sampling=Sampling(temperature=1.5, seed=1), schema=json.dumps(schema), max_tokens=40)
    )
    assert isinstance(json.loads(reply.text)["text"], str)


def test_an_answer_fits_its_grammar(engine):
    reply = engine.ask(
        ask("well?", sampling=Sampling(temperature=1, seed=4), grammar='root ::= "yes" | "no, " [a-c]+ "!"')
    )
    assert reply.text == "yes" or (reply.text.startswith("no, ") and not set(reply.text[4:]) - set("abc!"))


@pytest.mark.parametrize(
    "wrong",
    [
        {"schema": "{"},
        {"schema": "[1]"},
        {"schema": '{"type": "birdbrain"}'},
        {"schema": '{"$ref": "http://example.com/schema"}'},
        {"schema": '{"type": "object", "patternProperties": 7}'},
        {"schema": json.dumps({"type": "string", "enum": ["x" * (1 << 18)]})},
        {"grammar": 'root ::= "open'},
        {"grammar": "start ::= [a-z]"},
        {"grammar": "root ::= " + "(" * 500 + '"a"' + ")" * 500},
        {"grammar": "root ::= missing"},
    ],
)
def test_what_cannot_be_enforced_is_refused(engine, wrong):
    with pytest.raises(BadGrammar) as caught:
        engine.ask(ask("hello", **wrong))
    assert "\n" not in caught.value.message


def test_log_probabilities_are_the_models_own(engine):
    reply = engine.ask(ask("hello", logprobs=3, max_tokens=4))
    for entry in reply.logprobs:
        assert len(entry.top) == 3
        assert entry.top[0][0] != entry.top[1][0]
        assert sum(np.exp(logprob) for _, _, logprob in entry.top) <= 1.0


def test_what_only_other_models_can_do_is_refused(engine):
    with pytest.raises(BadInput, match="LoRA"):
        engine.ask(ask("hello", loras=(Lora("adapter.gguf"),)))
    picture = Image(Attachment("0" * 64, "image/png", 10))
    with pytest.raises(Missing, match="see"):
        engine.ask(TextRequest(messages=(Message("user", (Text("what is"), picture)),)))
    # The next one is answered all the same.
    assert engine.ask(ask("hello")).tokens


def test_weights_that_overflow_fail_the_request_alone(engine, monkeypatch):
    run = engine.engine._runner.run
    monkeypatch.setattr(engine.engine._runner, "run", lambda *arrays, last: run(*arrays, last=last) * np.float32("nan"))
    reply = engine.submit(ask("hello"))
    engine.run(reply)
    assert isinstance(reply.error, EngineError)
    monkeypatch.undo()
    assert engine.ask(ask("hello")).tokens


def test_it_can_be_closed_twice_and_ends_what_runs(engine):
    reply = engine.submit(ask("hello"))
    engine.step()
    engine.engine.close()
    engine.engine.close()
    assert isinstance(reply.error, EngineError)


def test_a_text_is_as_likely_as_llama_cpp_finds_it(engine, llama):
    texts = ["the user and the answer", "Übung 你好", "x" * 60, "a", "123 the", "and"]
    assert engine.engine.perplexity(texts) == pytest.approx(llama().engine.perplexity(texts), rel=0.01)
    # Nothing of it is left behind.
    assert engine.ask(ask("hello")).end.usage.cached_tokens == 0


def test_a_core_is_left_to_who_speaks_and_taken_back(engine, monkeypatch):
    left = []
    monkeypatch.setattr(engine.engine._cells._pinning, "leave", left.append)
    engine.ask(ask("hello", spare_cores=1, max_tokens=2))
    engine.ask(ask("hello", max_tokens=2))
    assert set(left) == {0, 1}
    assert left == sorted(left, reverse=True)
