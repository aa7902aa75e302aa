"""Answers that fit a JSON schema or a grammar, whatever the model would rather say."""

from __future__ import annotations

import json
import re
import socket

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from myna.engine.protocols import Sampling, TextRequest
from myna.engine.text.closing import JsonPosition, closing_ranks
from myna.engine.text.gbnf import schema_to_gbnf
from myna.engine.text.grammar_limits import MAX_SOURCE
from myna.errors import BadGrammar, BadInput
from myna.messages import user
from myna.testing.in_process import InProcess

PET = {
    "type": "object",
    "properties": {
        "name": {"type": "string"},
        "kind": {"enum": ["cat", "dog", "鸟"]},
        "age": {"type": "integer"},
        "tags": {
            "type": "array",
            "items": {
                "type": "object",
                "properties": {"key": {"type": "string"}, "sure": {"type": "boolean"}},
                "required": ["key", "sure"],
            },
        },
    },
    "required": ["name", "kind", "age", "tags"],
}
SHORTEST_PET = '{"name": "", "kind": "cat", "age": 0, "tags": []}'


def ask(shape=None, seed=0, **changes):
    fields = {
        "messages": (user("A pet"),),
        "sampling": Sampling(temperature=1.0, seed=seed),
        "max_tokens": 120,
        "schema": json.dumps(shape) if shape is not None else "",
        **changes,
    }
    return TextRequest(**fields)


def is_pet(text: str) -> bool:
    pet = json.loads(text)
    return (
        pet.keys() == {"name", "kind", "age", "tags"}
        and isinstance(pet["name"], str)
        and pet["kind"] in PET["properties"]["kind"]["enum"]
        and isinstance(pet["age"], int)
        and all(tag.keys() == {"key", "sure"} and isinstance(tag["sure"], bool) for tag in pet["tags"])
    )


@pytest.fixture
def engine(llama) -> InProcess:
    return llama(parallel=8)


def test_a_schema_is_obeyed_at_temperature_one(engine):
    answers = [engine.submit(ask(PET, seed)) for seed in range(24)]
    engine.run(*answers)
    for answer in answers:
        assert is_pet(answer.text), answer.text
        # `length` where the limit had it end sooner than the model would have.
        assert answer.end.reason in {"stop", "length"}
    assert any(answer.end.reason == "stop" for answer in answers)
    assert len({answer.text for answer in answers}) > 12


@pytest.mark.parametrize("room", [2, 3])
def test_a_document_ends_in_time_when_tokens_are_few(engine, room):
    """Twice the tokens of the shortest document are enough: the second half is kept for coming to its end.

    This vocabulary has a token a byte; others need fewer for the same document.
    """
    limit = len(SHORTEST_PET.encode()) * room
    answers = [engine.submit(ask(PET, seed, max_tokens=limit)) for seed in range(16)]
    engine.run(*answers)
    for answer in answers:
        assert is_pet(answer.text), answer.text
        assert answer.end.usage.completion_tokens <= limit


def test_too_few_tokens_for_any_document_end_with_length(engine):
    answer = engine.ask(ask(PET, max_tokens=10))
    assert answer.end.reason == "length"
    assert answer.end.usage.completion_tokens == 10


@pytest.mark.parametrize(
    ("schema", "fits"),
    [
        ({"type": "boolean"}, lambda value: isinstance(value, bool)),
        ({"type": "null"}, lambda value: value is None),
        ({"const": "x"}, lambda value: value == "x"),
        ({"enum": [1, "two", None]}, lambda value: value in (1, "two", None)),
        (
            {"type": "array", "items": {"type": "boolean"}, "minItems": 2, "maxItems": 3},
            lambda value: 2 <= len(value) <= 3,
        ),
        ({"type": "string", "minLength": 3, "maxLength": 5}, lambda value: 3 <= len(value) <= 5 or "\ufffd" in value),
        ({"type": "string", "pattern": "^[a-c]{2}-[0-9]$"}, lambda value: re.fullmatch("[a-c]{2}-[0-9]", value)),
        ({"anyOf": [{"type": "boolean"}, {"type": "null"}]}, lambda value: value in (True, False, None)),
        ({"type": "object"}, lambda value: isinstance(value, dict)),
        ({}, lambda value: True),
        (
            {"$ref": "#/$defs/yes", "$defs": {"yes": {"type": "boolean"}}},
            lambda value: isinstance(value, bool),
        ),
        (
            {
                "type": "object",
                "properties": {"a": {"type": "object", "properties": {"b": {"type": "boolean"}}, "required": ["b"]}},
                "required": ["a"],
            },
            lambda value: isinstance(value["a"]["b"], bool),
        ),
    ],
    ids=lambda value: json.dumps(value)[:40] if isinstance(value, dict) else "",
)
def test_kinds_of_schema(engine, schema, fits):
    answers = [engine.submit(ask(schema, seed)) for seed in range(6)]
    engine.run(*answers)
    for answer in answers:
        assert fits(json.loads(answer.text)), answer.text


def test_a_grammar_is_obeyed(engine):
    grammar = 'root ::= ("ja" | "nein" | "也许") " "? [0-9]{3}'
    answers = [engine.submit(ask(grammar=grammar, seed=seed)) for seed in range(12)]
    engine.run(*answers)
    assert all(re.fullmatch("(ja|nein|也许) ?[0-9]{3}", answer.text) for answer in answers)
    assert len({answer.text for answer in answers}) > 4


def test_a_grammar_is_obeyed_greedily(engine):
    answer = engine.ask(ask(grammar='root ::= "a" "b" "c"', sampling=Sampling(temperature=0)))
    assert (answer.text, answer.end.reason) == ("abc", "stop")


def test_a_grammar_and_a_bias_against_the_end_do_not_run_on(engine):
    answer = engine.ask(ask(grammar='root ::= "a"', sampling=Sampling(temperature=0, logit_bias={1: 50.0, 50: 100.0})))
    assert answer.text == "a"


def test_stop_strings_count_under_a_grammar(engine):
    answer = engine.ask(ask(grammar='root ::= "one, two"', stop=(",",)))
    assert (answer.text, answer.end.stop) == ("one", ",")


@pytest.mark.parametrize(
    "grammar",
    [
        "root ::=",
        "root ::= (",
        'root ::= "unterminated',
        "other ::= [a-z]",
        "root ::= missing",
        "root ::= root",
        "root ::= root | root",
        'a ::= b\nb ::= a\nroot ::= a "x"',
        "not a grammar at all",
        "root ::= [z-a",
        'root ::= "a"{1000000000}',
        "\0",
        'root ::= "a"\0garbage',
        "root ::= " + "(" * 50_000,
        'root ::= "' + "a" * (MAX_SOURCE + 1) + '"',
        "\ud800",
    ],
    ids=lambda text: repr(text[:24]),
)
def test_a_bad_grammar_fails_alone(engine, grammar):
    other = engine.submit(ask(seed=1))
    try:
        reply = engine.submit(ask(grammar=grammar))
    except UnicodeEncodeError:
        return  # cannot be sent at all
    engine.run(reply, other)
    assert other.end.reason in {"stop", "length"}
    if reply.error is not None:
        assert isinstance(reply.error, BadGrammar)
    else:
        assert "garbage" not in reply.text


@pytest.mark.parametrize(
    "schema",
    [
        "not json",
        "[]",
        "3",
        '"text"',
        '{"type": "nonsense"}',
        '{"$ref": "#/nowhere"}',
        '{"$ref": "#/$defs/a"}',
        '{"$ref": "http://127.0.0.1:9/schema.json"}',
        '{"$ref": "https://example.com/schema.json"}',
        '{"$ref": "file:///etc/passwd"}',
        '{"$ref": 3}',
        '{"type": "string", "pattern": "(("}',
        '{"type": "string", "pattern": "^a$' + "b" * 10 + '"}',
        '{"properties": 3}',
        '{"enum": []}',
        '{"type": "array", "minItems": 5, "maxItems": 2}',
        '{"a":' * 100_000,
        json.dumps({"type": "string", "description": "x" * MAX_SOURCE}),
    ],
    ids=lambda text: repr(text[:36]),
)
def test_a_bad_schema_is_said_to_be_one(engine, schema, monkeypatch):
    def no_network(*_):
        raise AssertionError("a schema must not reach for the network")

    monkeypatch.setattr(socket.socket, "connect", no_network)
    monkeypatch.setattr(socket, "getaddrinfo", no_network)
    reply = engine.submit(ask(schema=schema))
    engine.run(reply)
    if reply.error is None:
        # Tolerated: then it must still be JSON.
        json.loads(reply.text)
    else:
        assert isinstance(reply.error, BadGrammar)
        assert "\n" not in reply.error.message


@pytest.mark.parametrize("schema", ["not json", "[]", '{"$ref": "https://example.com/s"}', '{"type": "nonsense"}'])
def test_what_cannot_be_a_schema_is_refused(schema):
    with pytest.raises(BadGrammar):
        schema_to_gbnf(schema)


def test_a_schema_that_refers_to_itself(engine):
    tree = {
        "$ref": "#/$defs/node",
        "$defs": {
            "node": {
                "type": "object",
                "properties": {"children": {"type": "array", "items": {"$ref": "#/$defs/node"}}},
                "required": ["children"],
            }
        },
    }
    answers = [engine.submit(ask(tree, seed)) for seed in range(6)]
    engine.run(*answers)
    assert all("children" in json.loads(answer.text) for answer in answers)


def test_not_both_a_schema_and_a_grammar(engine):
    with pytest.raises(BadInput, match="not both"):
        engine.ask(ask(PET, grammar='root ::= "a"'))


# the way out of a document

JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
    max_leaves=8,
)


@given(JSON, st.booleans())
def test_at_the_end_of_a_document_no_string_is_open(value, ascii_only):
    position = JsonPosition()
    position.feed(json.dumps(value, ensure_ascii=ascii_only).encode())
    assert not position.in_string


@given(st.text())
def test_inside_a_string_it_is_known(text):
    position = JsonPosition()
    position.feed(json.dumps(text)[:-1].encode())
    assert position.in_string
    position.feed(b'"')
    assert not position.in_string


def test_ranks_prefer_what_closes():
    pieces = [b"}", b" ", b'"', b"abc", b"],", b'"}', b'",', b":"]
    outside, inside = closing_ranks(pieces)
    order = [pieces[at] for at in np.argsort(-outside, kind="stable")]
    assert order[0] == b"}"
    assert order[-1] == b" "
    assert pieces[int(inside.argmax())] == b'"}'
    assert inside[pieces.index(b'"')] > inside[pieces.index(b"abc")]
