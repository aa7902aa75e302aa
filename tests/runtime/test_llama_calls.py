"""Calls of tools by a real engine: required ones in the style of each template, free ones held to their schemas."""

from __future__ import annotations

import json

import numpy as np
import pytest

from myna.calls.reader import gathered
from myna.calls.styles import STYLES
from myna.calls.written import reading
from myna.engine.protocols import Sampling, TextRequest
from myna.engine.text.call_grammar import calls_to_gbnf
from myna.engine.text.calling import Calling
from myna.engine.text.sampler import TokenSampler
from myna.errors import BadGrammar
from myna.messages import user
from myna.testing.tiny_gguf import CHATML, END_OF_TEXT, IM_END, write_tiny_model
from myna.tools import Tool, ToolUse
from tool_templates import BY_STYLE

MARKERS = ("[TOOL_CALLS]", "[ARGS]", "[CALL_ID]", "<|python_tag|>")
DOOR = {
    "type": "object",
    "properties": {"open": {"type": "boolean"}, "side": {"enum": ["left", "右"]}, "times": {"$ref": "#/$defs/few"}},
    "required": ["open", "side"],
    "additionalProperties": False,
    "$defs": {"few": {"type": "integer", "minimum": 1, "maximum": 3}},
}
TOOLS = (Tool("door", "A door", json.dumps(DOOR)), Tool("lamp", "A lamp", '{"type":"object","properties":{}}'))


@pytest.fixture
def engine(llama, tmp_path):
    def load(template):
        path = write_tiny_model(tmp_path / "m.gguf", context=4096, template=template, more_control=MARKERS)
        return llama(model=path, context=4096, initial_cells=4096)

    return load


def calls_in(text):
    reader = reading({"door", "lamp"})
    return gathered([*reader.feed(text), *reader.finish()])


def is_door(given):
    assert {"open", "side"} <= set(given) <= {"open", "side", "times"}
    assert isinstance(given["open"], bool)
    assert given["side"] in {"left", "右"}
    assert given.get("times", 1) in {1, 2, 3}


@pytest.mark.parametrize("style", [*BY_STYLE, "told"])
def test_a_required_call_is_one_in_every_style(engine, style):
    loaded = engine(BY_STYLE.get(style, CHATML))
    use = ToolUse(TOOLS[:1], required=True, most=1)
    asked = [
        loaded.submit(
            TextRequest(messages=(user("x"),), tools=use, sampling=Sampling(temperature=1, seed=seed), max_tokens=400)
        )
        for seed in range(4)
    ]
    loaded.run(*asked)
    for answer in asked:
        said, (call,) = calls_in(answer.text)
        assert (said, call.name, answer.end.reason) == ("", "door", "stop")
        is_door(json.loads(call.arguments))


@pytest.mark.parametrize("style", ["hermes", "mistral", "mistral-named"])
def test_several_calls_may_be_required(engine, style):
    loaded = engine(BY_STYLE[style])
    use = ToolUse(TOOLS, required=True, most=3)
    draws = [Sampling(temperature=1, seed=seed, logit_bias={END_OF_TEXT: -4, IM_END: -4}) for seed in range(12)]
    asked = [loaded.submit(TextRequest(messages=(user("x"),), tools=use, sampling=drawn)) for drawn in draws]
    loaded.run(*asked)
    numbers = set()
    for answer in asked:
        said, calls = calls_in(answer.text)
        assert said == ""
        numbers.add(len(calls))
    assert max(numbers) <= 3
    assert len(numbers) > 1


def test_a_call_that_the_limit_cuts_is_none(engine):
    loaded = engine(CHATML)
    use = ToolUse(TOOLS[:1], required=True, most=1)
    answer = loaded.submit(TextRequest(messages=(user("x"),), tools=use, max_tokens=20))
    loaded.run(answer)
    assert answer.end.reason == "length"
    assert calls_in(answer.text)[1] == []


@pytest.fixture
def parts(engine):
    """`parts(style, use)`: a vocabulary, what reads calls, a sampler without a grammar."""
    made = []

    def make(style, use):
        loaded = engine(CHATML)
        vocabulary = loaded.engine._vocabulary
        sampler = TokenSampler(vocabulary, Sampling(temperature=1), context=512, seed=1, constraint=None, is_json=False)
        made.append(sampler)
        return vocabulary, Calling(STYLES[style], use, vocabulary, loaded.engine._constrain), sampler

    yield make
    for sampler in made:
        sampler.close()


HEADS = {
    "hermes": ('Now: <tool_call>\n{"name": "door", "arguments": {', "}\n</tool_call> and so"),
    "llama": ('{"name": "door", "parameters": {', "}"),
    "mistral": ('[TOOL_CALLS][{"name": "door", "arguments": {', "}] done"),
    "mistral-named": ("[TOOL_CALLS]door[ARGS]{", " done"),
}


@pytest.mark.parametrize("style", HEADS)
def test_a_free_call_fits_once_it_has_begun(parts, style):
    vocabulary, calling, sampler = parts(style, ToolUse(TOOLS))
    head, rest = HEADS[style]
    written = []

    def take(token):
        piece = calling.piece(token)
        written.append(calling.feed(piece.decode()) if b"\xe5" not in piece else "")
        calling.steer(sampler, token, piece)

    for token in vocabulary.tokenize(head, special=True):
        assert sampler._grammar is None
        take(token)
    assert calling.inside
    random = np.random.default_rng(5)
    pending = b""
    while calling._rewriting.reader.open:
        token = sampler.sample(random.normal(size=vocabulary.size).astype(np.float32))
        pending += vocabulary.piece(token)
        try:
            text = pending.decode()
        except UnicodeDecodeError:
            continue
        pending = b""
        written.append(calling.feed(text))
        calling.steer(sampler, token, text.encode())
    # What comes after the arguments is free again.
    assert sampler._grammar is None
    written.append(calling.feed(rest, final=True))
    _, (call,) = calls_in("".join(written))
    is_door(json.loads(call.arguments))


def test_no_more_calls_than_are_wanted(parts):
    _, calling, _ = parts("hermes", ToolUse(TOOLS, most=1))
    assert not calling.done
    calling.feed('<tool_call>{"name": "lamp", "arguments": {}}')
    assert calling.done


ODD = Tool("odd", "", '{"type":"object","properties":{"n":{"multipleOf":3,"type":"integer"}}}')


def test_schemas_that_cannot_be_enforced(engine):
    loaded = engine(CHATML)
    with pytest.raises(BadGrammar, match="multipleOf"):
        calls_to_gbnf(STYLES["hermes"], ToolUse((ODD,), required=True, most=1))
    strict = ToolUse((Tool(ODD.name, "", ODD.parameters, strict=True),))
    free = ToolUse((ODD,))
    for use, refused in ((strict, True), (free, False), (ToolUse((ODD,), required=True, most=1), True)):
        answer = loaded.submit(TextRequest(messages=(user("x"),), tools=use, max_tokens=2))
        loaded.run(answer)
        assert (answer.error is not None) is refused


def test_tools_without_arguments_and_with_chinese_keys():
    keys = '{"type":"object","properties":{"城市":{"type":"string"},"n":{"type":"integer"}},"required":["城市"]}'
    grammar = calls_to_gbnf(STYLES["llama"], ToolUse((TOOLS[1], Tool("b", "", keys)), required=True, most=1))
    assert "t0-root ::=" in grammar
    assert "t1-root ::=" in grammar
    assert "城市" in grammar or "\\u57ce\\u5e02" in grammar
