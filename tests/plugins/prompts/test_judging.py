"""Whether an answer is what a case expects."""

from __future__ import annotations

import pytest

from myna_prompts.evaluation.judging import count_words, exactly, faults_of, plain
from myna_prompts.evaluation.schema_check import fits
from myna_prompts.template import Expectation


@pytest.mark.parametrize(
    ("expected", "answer"),
    [
        (Expectation(equals="Positive"), " positive.\n"),
        (Expectation(one_of=("a", "b")), "“B”"),
        (Expectation(contains=("Paris", "seine")), "PARIS lies on the Seine."),
        (Expectation(contains_any=("4", "four")), "It is four."),
        (Expectation(excludes=("no",)), "yes"),
        (Expectation(matches=r"def \w+\("), "def add(a, b):"),
        (Expectation(fields={"a.b": "X", "c.0": 1, "d": []}), '{"a": {"b": "x"}, "c": [1], "d": []}'),
        (Expectation(language="zh"), "你好 Myna"),
        (Expectation(min_words=2, max_words=3), "one two three"),
        (Expectation(max_words=4), "四个汉字"),
        (Expectation(max_sentences=2), "It costs 3.50 here. Really!"),
        (Expectation(), "anything"),
    ],
)
def test_right(expected: Expectation, answer: str) -> None:
    assert faults_of(expected, answer) == []


@pytest.mark.parametrize(
    ("expected", "answer", "fault"),
    [
        (Expectation(equals="positive"), "positively", "it is not the expected answer"),
        (Expectation(one_of=("a",)), "b", "it is not the expected answer"),
        (Expectation(contains=("x", "y")), "x", "it lacks 'y'"),
        (Expectation(contains_any=("x", "y")), "z", "it has none of 'x', 'y'"),
        (Expectation(excludes=("No",)), "no way", "it has 'No'"),
        (Expectation(matches="^a"), "ba", "it does not match ^a"),
        (Expectation(fields={"a": 1}), "a = 1", "it is not JSON"),
        (Expectation(fields={"a": 1}), '{"a": true}', "a is not 1"),
        (Expectation(fields={"a": ["x", "y"]}), '{"a": ["x"]}', 'a is not ["x", "y"]'),
        (Expectation(fields={"a.b": "x"}), '{"a": 3}', 'a.b is not "x"'),
        (Expectation(fields={"a": 1}), "[" * 100_000, "it is not JSON"),
        (Expectation(language="en"), "全是中文", "it is not in the language en"),
        (Expectation(min_words=3), "one two", "it has 2 words, fewer than 3"),
        (Expectation(max_words=3), "四个汉字", "it has 4 words, more than 3"),
        (Expectation(max_sentences=1), "一句。两句。", "it has 2 sentences, more than 1"),
        (Expectation(), " \n", "it is empty"),
    ],
)
def test_wrong(expected: Expectation, answer: str, fault: str) -> None:
    assert faults_of(expected, answer) == [fault]


def test_exactness_is_told_only_where_something_exact_is_expected() -> None:
    assert exactly(Expectation(contains=("a",)), "a") is None
    assert exactly(Expectation(equals="a"), "A.") is True
    assert exactly(Expectation(equals="a", one_of=("b",)), "b") is True
    assert plain(" “Two  Words。” ") == "two words"
    assert count_words("It's 两个 words") == 4


SCHEMA = {
    "type": "object",
    "required": ["kind"],
    "additionalProperties": False,
    "properties": {
        "kind": {"enum": ["a", "b"]},
        "many": {"type": "array", "items": {"type": "string", "maxLength": 2}, "minItems": 1, "maxItems": 2},
        "much": {"type": "integer", "minimum": 1, "exclusiveMaximum": 5},
        "any": {"anyOf": [{"type": "null"}, {"type": "string", "pattern": "^x"}]},
    },
}


@pytest.mark.parametrize(
    "answer",
    ['{"kind": "a"}', '{"kind": "b", "many": ["x", "yy"]}', '{"kind": "a", "much": 4}', '{"kind": "a", "any": null}'],
)
def test_fits(answer: str) -> None:
    assert fits(SCHEMA, answer)


@pytest.mark.parametrize(
    "answer",
    [
        "{}",
        '{"kind": "c"}',
        '{"kind": "a", "more": 1}',
        '{"kind": "a", "many": []}',
        '{"kind": "a", "many": ["x", "y", "z"]}',
        '{"kind": "a", "many": ["xyz"]}',
        '{"kind": "a", "many": [1]}',
        '{"kind": "a", "much": 5}',
        '{"kind": "a", "much": true}',
        '{"kind": "a", "any": "y"}',
        '{"kind": "a"',
        '["a"]',
    ],
)
def test_does_not_fit(answer: str) -> None:
    assert not fits(SCHEMA, answer)
